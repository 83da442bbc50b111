namespace Bittbridge.Models.Packages;

/// <summary>A model or a calibration as files in memory.</summary>
/// <param name="Origin">Where the files are, as the user knows it: a folder, a file, or <c>name@version</c> in storage.</param>
/// <param name="Files">By their names, which hold no folder.</param>
public sealed record ModelPackage(string Origin, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)
{
    /// <summary>A package in storage, under the name and version that every forecast of it will carry.</summary>
    public ModelPackage(ModelId id, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
        : this(id?.ToString() ?? throw new ArgumentNullException(nameof(id)), files) => Id = id;

    /// <summary>The name and version that it is kept by; null where its files alone say what it is.</summary>
    public ModelId? Id { get; init; }

    /// <summary>Whether <see cref="Origin"/> is the package's only file rather than its folder.</summary>
    public bool IsFile { get; init; }

    /// <summary>One of the files as its user knows it, for a sentence.</summary>
    public string PathOf(string file) => IsFile ? Origin : Path.Combine(Origin, file);
}
