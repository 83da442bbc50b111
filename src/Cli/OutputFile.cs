using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli;

/// <summary>
/// Writes an output file atomically: into a temporary file in the same folder, which is then renamed.
/// </summary>
internal static class OutputFile
{
    /// <summary>Checks before long work whether the file can be written; null if it can.</summary>
    public static string? Objection(FileInfo? file) =>
        file is not null && Directory.Exists(file.FullName)
            ? $"The file {Shown.Path(file.FullName)} can't be written, because it is a folder: name a file in it."
        : file?.DirectoryName is { } folder && !Directory.Exists(folder)
            ? $"The file {Shown.Path(file.FullName)} can't be written, because there is no folder {Shown.Path(folder)}: create it, or name "
                + "another."
        : null;

    /// <exception cref="RefusedException">It can't be written.</exception>
    /// <param name="file">The file.</param>
    /// <param name="write">Writes to a path.</param>
    /// <param name="keepsMode">Whether a file that is replaced passes its permissions on: not to one with secrets.</param>
    public static void Write(FileInfo file, Action<string> write, bool keepsMode = true)
    {
        var path = file.FullName;
        try
        {
            // Write through a link, and write to a device instead of replacing it.
            path = file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            if (IsDevice(path))
            {
                write(path);
                return;
            }

            var beside = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}{Path.GetExtension(path)}");
            try
            {
                write(beside);
                if (keepsMode && !OperatingSystem.IsWindows() && File.Exists(path))
                {
                    File.SetUnixFileMode(beside, File.GetUnixFileMode(path));
                }

                File.Move(beside, path, overwrite: true);
            }
            finally
            {
                File.Delete(beside);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"The file {Shown.Path(file.FullName)} can't be written "
                    + $"({Shown.Message(exception.Message, [file.FullName, path]).ReplaceLineEndings(" ").TrimEnd('.')}): make room "
                    + "for it, or name another."
            );
        }
    }

    private static bool IsDevice(string path) =>
        OperatingSystem.IsWindows()
            ? path.StartsWith(@"\\.\", StringComparison.Ordinal)
            : path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);
}
