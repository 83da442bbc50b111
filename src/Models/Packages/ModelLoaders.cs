namespace Bittbridge.Models.Packages;

/// <summary>The loaders of all kinds of packages.</summary>
public sealed class ModelLoaders(IEnumerable<IModelLoader> loaders)
{
    /// <summary>The kinds that this project loads itself.</summary>
    public static IReadOnlyList<IModelLoader> BuiltIn { get; } = [new LinearModelLoader(), new CalibrationLoader()];

    public IReadOnlyList<IModelLoader> All { get; } = [.. loaders];

    /// <summary>The kinds that match these files: exactly one for a valid package.</summary>
    public IReadOnlyList<IModelLoader> For(IReadOnlyCollection<string> files) =>
        [.. All.Where(loader => files.Contains(loader.FileName, StringComparer.Ordinal))];

    /// <summary>
    /// Loads a package. A model whose own id differs from its package's is refused, because its forecasts would carry the wrong version.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public PackageContent Load(ModelPackage package, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (For([.. package.Files.Keys]) is not [var loader])
        {
            return PackageContent.Refused(
                $"The files of {package.Origin} ({string.Join(", ", package.Files.Keys.Order(StringComparer.Ordinal))}) are not one model: "
                    + $"it needs exactly one of {string.Join(", ", All.Select(known => known.FileName))}."
            );
        }

        var content = loader.Load(package, ct);
        return content.Model is { } model && package.Id is { } id && model.Id != id
            ? PackageContent.Refused(
                $"The files of {id} say that the model is {model.Id}: keep it by that name and version, or correct the files."
            )
            : content;
    }
}
