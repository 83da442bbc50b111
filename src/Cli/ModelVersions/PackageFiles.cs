using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Files;
using Bittbridge.Miner.ModelRegistry;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>Reads what is to be pushed: a file, or a folder's files but hidden ones.</summary>
internal static class PackageFiles
{
    /// <exception cref="UsageException">There is nothing at that path.</exception>
    /// <exception cref="RefusedException">It can't be read, or is too large.</exception>
    public static Dictionary<string, ReadOnlyMemory<byte>> Read(string path)
    {
        string[] paths;
        try
        {
            paths =
                Directory.Exists(path) ? [.. Directory.GetFiles(path).Where(file => Path.GetFileName(file)[0] != '.')]
                : File.Exists(path) ? [path]
                : throw new UsageException(
                    $"There is no file or folder {Shown.PathValue(path)}: name the folder of the model, or its file."
                );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"The folder {Shown.PathValue(path)} may not be read: give this user the right to read it, or name another."
            );
        }

        // Bounded together, for they may be larger than memory, and devices and pipes have no length.
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var left = (int)PackageLimits.MaxBytes;
        foreach (var file in paths)
        {
            if (!UserFile.TryReadBytes(file, left, out var bytes, out var problem))
            {
                throw new RefusedException(
                    problem.IsTooLarge
                        ? $"A model may have {PackageLimits.MaxBytes / 1024 / 1024} MB in all, and {Shown.PathValue(path)} has more: "
                            + "name a smaller one."
                        : problem.ToString()
                );
            }

            files[Path.GetFileName(file)] = bytes;
            left -= bytes.Length;
        }

        return PackageLimits.Objection(files) is { } objection ? throw new RefusedException(objection) : files;
    }
}
