using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>Reads what is to be pushed: a file, or a folder's files but hidden ones.</summary>
internal static class PackageFiles
{
    /// <exception cref="UsageException">There is nothing at that path.</exception>
    /// <exception cref="RefusedException">It can't be read, or is too large.</exception>
    public static async Task<Dictionary<string, ReadOnlyMemory<byte>>> ReadAsync(string path, CancellationToken ct)
    {
        var paths =
            Directory.Exists(path) ? Directory.GetFiles(path).Where(file => Path.GetFileName(file)[0] != '.').ToArray()
            : File.Exists(path) ? [path]
            : throw new UsageException($"There is no file or folder {Shown.PathValue(path)}: name the folder of the model, or its file.");
        // Before they are read: they may be larger than memory.
        var bytes = paths.Sum(file => new FileInfo(file).Length);
        if (bytes > PackageLimits.MaxBytes)
        {
            throw new RefusedException(
                $"A model may have {PackageLimits.MaxBytes / 1024 / 1024} MB in all, and '{path}' has {bytes / 1024 / 1024} MB."
            );
        }

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        try
        {
            foreach (var file in paths)
            {
                files[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file, ct);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"'{path}' can't be read "
                    + $"({(exception is UnauthorizedAccessException ? "this user may not" : exception.GetType().Name)}): see to it "
                    + "that it can."
            );
        }

        return PackageLimits.Objection(files) is { } objection ? throw new RefusedException(objection) : files;
    }
}
