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
            throw new UsageException($"The file {file.FullName} can't be written ({exception.Message.TrimEnd('.')}): name another.");
        }
    }
}
