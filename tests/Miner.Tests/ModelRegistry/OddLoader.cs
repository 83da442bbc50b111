using Bittbridge.Models.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>Loads packages with the file <c>odd</c> as a test wants: another kind of model, as a user's own loader would be.</summary>
internal sealed class OddLoader(Func<ModelPackage, PackageContent> load) : IModelLoader
{
    public string Kind => "odd";

    public string FileName => "odd";

    public PackageContent Load(ModelPackage package, CancellationToken ct) => load(package);
}
