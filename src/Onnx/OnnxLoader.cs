using Bittbridge.Models.Packages;

namespace Bittbridge.Onnx;

/// <summary>Packages that hold a <see cref="ModelDescription"/> in <c>model.json</c> and the ONNX file that it names.</summary>
public sealed class OnnxLoader : IModelLoader
{
    public string Kind => "onnx";

    public bool Recognises(IReadOnlyCollection<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.Contains(ModelDescription.FileName);
    }

    public PackageContent Load(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var origin = package.Id.ToString();
        if (!package.Files.TryGetValue(ModelDescription.FileName, out var json))
        {
            return PackageContent.Refused($"{origin} has no file {ModelDescription.FileName}.");
        }

        if (!ModelDescription.TryRead(origin, json, out var description, out var problem))
        {
            return PackageContent.Refused(problem);
        }

        if (!package.Files.TryGetValue(description.File, out var onnx))
        {
            return PackageContent.Refused(
                $"{origin} has no file {description.File}, which its {ModelDescription.FileName} names: push both together."
            );
        }

        return OnnxModel.TryLoad(origin, description, onnx.ToArray(), out var model, out problem)
            ? PackageContent.Of(model)
            : PackageContent.Refused(problem);
    }
}
