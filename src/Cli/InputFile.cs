namespace Bittbridge.Cli;

/// <summary>A file that the user named.</summary>
internal static class InputFile
{
    /// <exception cref="UsageException">It can't be read.</exception>
    public static string Read(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The file {file.FullName} can't be read ({exception.Message.TrimEnd('.')}): name one that is there.");
        }
    }
}
