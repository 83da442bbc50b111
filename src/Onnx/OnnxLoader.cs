using Bittbridge.Models.Packages;

namespace Bittbridge.Onnx;

/// <summary>Loads packages with a <see cref="ModelDescription"/> in <c>model.json</c> and the ONNX file that it names.</summary>
public sealed class OnnxLoader : IModelLoader
{
    public string Kind => "onnx";

    public string FileName => ModelDescription.FileName;

    public IReadOnlyList<string> OtherFiles(ModelPackage package, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(package);
        return ModelDescription.TryRead(package.Origin, package.Files[FileName], out var description, out problem)
            ? [description.File]
            : [];
    }

    public PackageContent Load(ModelPackage package, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (!package.Files.TryGetValue(FileName, out var json))
        {
            return PackageContent.Refused($"{package.Origin} has no file {FileName}.");
        }

        if (!ModelDescription.TryRead(package.Origin, json, out var description, out var problem))
        {
            return PackageContent.Refused(problem);
        }

        if (!package.Files.TryGetValue(description.File, out var onnx))
        {
            return PackageContent.Refused($"{package.Origin} has no file {description.File}, which its {FileName} names.");
        }

        return OnnxModel.TryLoad(
            package.Origin,
            description,
            onnx.ToArray(),
            OnnxModel.MaxLoadTime,
            out var model,
            out problem,
            out var ended,
            ct
        )
            ? PackageContent.Of(model)
            : PackageContent.Refused(problem, ended);
    }
}
