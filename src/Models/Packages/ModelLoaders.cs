namespace Bittbridge.Models.Packages;

/// <summary>Every kind of package that can be loaded.</summary>
public sealed class ModelLoaders(IEnumerable<IModelLoader> loaders)
{
    private readonly List<IModelLoader> _loaders = [.. loaders];

    /// <summary>The kinds that need nothing but this room.</summary>
    public static IReadOnlyList<IModelLoader> BuiltIn { get; } = [new LinearModelLoader(), new CalibrationLoader()];

    /// <summary>The kind of a package with these files; null, with a sentence, when no kind or more than one fits.</summary>
    public string? KindOf(IReadOnlyCollection<string> files, out string? problem)
    {
        var kinds = _loaders.Where(loader => loader.Recognises(files)).Select(loader => loader.Kind).ToList();
        problem = kinds.Count switch
        {
            0 => $"No model that this version knows has these files ({string.Join(", ", files.Order(StringComparer.Ordinal))}): it knows "
                + $"the kinds {string.Join(", ", _loaders.Select(loader => loader.Kind))}.",
            1 => null,
            _ => $"These files are those of several models ({string.Join(", ", kinds)}): give each its own folder.",
        };
        return problem is null ? kinds[0] : null;
    }

    /// <summary>
    /// What a package holds. A model that calls itself something else than its package is refused, since forecasts would carry the wrong
    /// version.
    /// </summary>
    public PackageContent Load(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (KindOf([.. package.Files.Keys], out var problem) is not { } kind)
        {
            return PackageContent.Refused(problem!);
        }

        var content = _loaders.Single(loader => loader.Kind == kind).Load(package);
        return content.Model is { } model && model.Id != package.Id
            ? PackageContent.Refused(
                $"The files of {package.Id} say that the model is {model.Id}: keep it by that name and version, or correct the files."
            )
            : content;
    }
}
