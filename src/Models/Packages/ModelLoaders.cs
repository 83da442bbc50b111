namespace Bittbridge.Models.Packages;

/// <summary>Every kind of package that can be loaded.</summary>
public sealed class ModelLoaders(IEnumerable<IModelLoader> loaders)
{
    /// <summary>The kinds that this project loads itself.</summary>
    public static IReadOnlyList<IModelLoader> BuiltIn { get; } = [new LinearModelLoader(), new CalibrationLoader()];

    public IReadOnlyList<IModelLoader> All { get; } = [.. loaders];

    /// <summary>The kinds that fit these files: exactly one in a package that can be loaded.</summary>
    public IReadOnlyList<IModelLoader> For(IReadOnlyCollection<string> files) =>
        [.. All.Where(loader => files.Contains(loader.FileName, StringComparer.Ordinal))];

    /// <summary>
    /// What a package holds. A model that calls itself something else than its package is refused, since forecasts would carry the wrong
    /// version.
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
