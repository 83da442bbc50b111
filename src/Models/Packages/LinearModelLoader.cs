using Bittbridge.Models.BuiltIn.Linear;

namespace Bittbridge.Models.Packages;

/// <summary>Packages that hold the parameters of a <see cref="LinearModel"/> in <c>linear.json</c>.</summary>
public sealed class LinearModelLoader : IModelLoader
{
    public string Kind => LinearModel.Name;

    public string FileName => "linear.json";

    public PackageContent Load(ModelPackage package, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(package);
        return JsonPackage.Load(
            package,
            FileName,
            "make it again with 'bittbridge fit'",
            json =>
                (
                    LinearModelParameters.FromJson(json, out var problem) is { } parameters
                        ? PackageContent.Of(new LinearModel(parameters, package.Id?.Name ?? LinearModel.Name))
                        : null,
                    problem
                )
        );
    }
}
