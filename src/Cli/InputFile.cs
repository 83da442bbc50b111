using Bittbridge.Miner.Files;

namespace Bittbridge.Cli;

/// <summary>A text file that the user named.</summary>
internal static class InputFile
{
    /// <exception cref="UsageException">It can't be read, or is not text.</exception>
    public static string Read(FileInfo file) =>
        UserFile.TryReadText(file.FullName, UserFile.MaxJsonBytes, out var text, out var problem)
            ? text
            : throw new UsageException(problem.ToString());
}
