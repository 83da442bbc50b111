namespace Bittbridge.Models.Packages;

/// <summary>Loads one kind of package. It reads memory only, and an invalid file is a refusal, never an exception.</summary>
public interface IModelLoader
{
    /// <summary>The name of this kind, such as <c>linear</c>.</summary>
    string Kind { get; }

    /// <summary>The file that identifies a package of this kind, such as <c>linear.json</c>.</summary>
    string FileName { get; }

    /// <summary>The other files of the package, which <see cref="FileName"/> names.</summary>
    /// <param name="package">A package with at least <see cref="FileName"/>.</param>
    /// <param name="problem">One sentence when that file can't be used; the result is then empty.</param>
    IReadOnlyList<string> OtherFiles(ModelPackage package, out string? problem)
    {
        problem = null;
        return [];
    }

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    PackageContent Load(ModelPackage package, CancellationToken ct);
}
