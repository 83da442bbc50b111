namespace Bittbridge.Models.Packages;

/// <summary>A model or a calibration as files in memory.</summary>
/// <param name="Origin">The place of the files for messages: a folder, a file, or <c>name@version</c> in storage.</param>
/// <param name="Files">The files by name, without a folder.</param>
public sealed record ModelPackage(string Origin, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)
{
    /// <summary>A package in storage, with the name and version that every forecast of it will carry.</summary>
    public ModelPackage(ModelId id, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
        : this(id?.ToString() ?? throw new ArgumentNullException(nameof(id)), files) => Id = id;

    /// <summary>The name and version in storage; null when only its files name them.</summary>
    public ModelId? Id { get; init; }

    /// <summary>Whether <see cref="Origin"/> is the package's only file and not its folder.</summary>
    public bool IsFile { get; init; }

    /// <summary>The place of one file, for messages.</summary>
    public string PathOf(string file) => IsFile ? Origin : Path.Combine(Origin, file);
}
