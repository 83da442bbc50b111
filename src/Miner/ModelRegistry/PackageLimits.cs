namespace Bittbridge.Miner.ModelRegistry;

/// <summary>The size limits of a package. It is held in memory, together with the one that it replaces.</summary>
public static class PackageLimits
{
    public const int MaxFiles = 16;

    /// <summary>The limit for all files together.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    /// <summary>
    /// Whether a file may have this name: 1 to 100 letters, digits, dots, dashes and underscores, and a letter or digit first, so that it
    /// is one part of a blob's path.
    /// </summary>
    public static bool IsFileName(string? name) =>
        name is { Length: > 0 and <= 100 }
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Why a package is too large or has a file name that can't be stored; null if it can be stored.</summary>
    public static string? Objection(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        return files.Count is 0 or > MaxFiles ? $"A model has 1 to {MaxFiles} files, but this one has {files.Count}."
            : files.Keys.FirstOrDefault(name => !IsFileName(name)) is { } odd
                ? $"The file name '{odd}' can't be stored: use 1 to 100 letters, digits, '.', '_' and '-', a letter or digit first."
            : files.Values.Sum(content => (long)content.Length) is > MaxBytes and var bytes
                ? $"A model may have {MaxBytes / 1024 / 1024} MB in total, but this one has {bytes / 1024 / 1024} MB."
            : null;
    }
}
