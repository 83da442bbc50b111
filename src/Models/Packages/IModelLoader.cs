namespace Bittbridge.Models.Packages;

/// <summary>Turns one kind of package into what it holds. It reads memory only, and bad files are a refusal, never an exception.</summary>
public interface IModelLoader
{
    /// <summary>What such packages are called, such as <c>linear</c>.</summary>
    string Kind { get; }

    /// <summary>Whether a package with files of these names is of this kind.</summary>
    bool Recognises(IReadOnlyCollection<string> files);

    PackageContent Load(ModelPackage package);
}
