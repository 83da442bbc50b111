using Bittbridge.Models.BuiltIn.Linear;

namespace Bittbridge.Models.Packages;

/// <summary>Packages that hold the parameters of a <see cref="LinearModel"/> in <c>linear.json</c>.</summary>
public sealed class LinearModelLoader : IModelLoader
{
    public const string FileName = "linear.json";

    public string Kind => LinearModel.Name;

    public bool Recognises(IReadOnlyCollection<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.Contains(FileName);
    }

    public PackageContent Load(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (JsonPackage.Text(package, FileName, out var problem) is not { } json)
        {
            return PackageContent.Refused(problem!);
        }

        return LinearModelParameters.FromJson(json, out problem) is { } parameters
            ? PackageContent.Of(new LinearModel(parameters, package.Id.Name))
            : JsonPackage.Refused(package, FileName, problem, "make it again by fitting the model");
    }
}
