using Bittbridge.Miner;

namespace Bittbridge.Cli;

/// <summary>A file that the user asked for.</summary>
internal static class OutputFile
{
    /// <exception cref="UsageException">It can't be written.</exception>
    public static void Write(FileInfo file, Action<string> write)
    {
        try
        {
            write(file.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file {Shown.Path(file.FullName)} can't be written ({(exception is UnauthorizedAccessException ? "this user may not" : exception is DirectoryNotFoundException ? "its folder is not there" : exception.GetType().Name)}): name another.");
        }
    }
}
