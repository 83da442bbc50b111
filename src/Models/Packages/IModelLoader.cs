namespace Bittbridge.Models.Packages;

/// <summary>Turns one kind of package into what it holds. It reads memory only, and bad files are a refusal, never an exception.</summary>
public interface IModelLoader
{
    /// <summary>What such packages are called, such as <c>linear</c>.</summary>
    string Kind { get; }

    /// <summary>The file that makes a package one of this kind, such as <c>linear.json</c>.</summary>
    string FileName { get; }

    /// <summary>The files that <see cref="FileName"/> names and the package needs besides it.</summary>
    /// <param name="package">With <see cref="FileName"/> at least.</param>
    /// <param name="problem">One sentence where that file can't be used; then no file is named.</param>
    IReadOnlyList<string> OtherFiles(ModelPackage package, out string? problem)
    {
        problem = null;
        return [];
    }

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    PackageContent Load(ModelPackage package, CancellationToken ct);
}
