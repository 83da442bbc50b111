using System.Diagnostics.CodeAnalysis;
using Bittbridge.Miner.Configuration;
using Bittbridge.Models.Text;

namespace Bittbridge.Miner.Files;

/// <summary>Reads files that a user named, bounded and in one way: what is wrong with one is a value, never an exception.</summary>
public static class UserFile
{
    /// <summary>More than any JSON file that this program reads.</summary>
    public const int MaxJsonBytes = 16 * 1024 * 1024;

    /// <summary>Reads the bytes, <paramref name="maxBytes"/> at most.</summary>
    public static bool TryReadBytes(
        string path,
        int maxBytes,
        [NotNullWhen(true)] out byte[]? bytes,
        [NotNullWhen(false)] out FileProblem? problem
    )
    {
        (bytes, problem) = (null, null);
        try
        {
            if (Directory.Exists(path))
            {
                problem = new(path, "is a folder", "name a file");
                return false;
            }

            using var file = File.OpenRead(path);
            bytes = file.ReadUpTo(maxBytes);
            if (bytes is null)
            {
                problem = TooLarge(path, maxBytes);
                return false;
            }

            return true;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = Of(path, exception);
            return false;
        }
    }

    /// <summary>Reads the text, UTF-8 or UTF-16 (see <see cref="TextBytes"/>).</summary>
    public static bool TryReadText(
        string path,
        int maxBytes,
        [NotNullWhen(true)] out string? text,
        [NotNullWhen(false)] out FileProblem? problem
    )
    {
        text = null;
        if (!TryReadBytes(path, maxBytes, out var bytes, out problem))
        {
            return false;
        }

        if (!TextBytes.TryDecode(bytes, out text, out var why))
        {
            problem = new(path, why, TextBytes.Remedy);
            return false;
        }

        return true;
    }

    private static FileProblem TooLarge(string path, int maxBytes) =>
        new(
            path,
            maxBytes >= 1024 * 1024 ? $"is larger than {maxBytes / 1024 / 1024} MB" : $"is larger than {maxBytes / 1024} KB",
            "name the right file"
        )
        {
            IsTooLarge = true,
        };

    private static FileProblem Of(string path, Exception exception) =>
        exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => new(path, "does not exist", "name an existing file"),
            UnauthorizedAccessException => new(path, "may not be read", "give this user the right to read it"),
            PathTooLongException => new(path, "can't be read, since the path is too long", "name a shorter one"),
            // The system's own words may repeat the path.
            _ => new(path, "can't be read", "name one that can"),
        };
}

/// <summary>Why a file can't be used.</summary>
/// <param name="Path">As the user gave it.</param>
/// <param name="What">A clause such as <c>does not exist</c>.</param>
/// <param name="Remedy">What to do, without a full stop.</param>
public sealed record FileProblem(string Path, string What, string Remedy)
{
    /// <summary>Whether it holds more than is read.</summary>
    public bool IsTooLarge { get; init; }

    public bool IsFolder { get; init; }

    /// <summary>One sentence.</summary>
    public override string ToString() => $"The {(IsFolder ? "folder" : "file")} {Shown.Path(Path)} {What}: {Remedy}.";
}
