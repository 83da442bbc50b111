namespace Bittbridge.Tools;

/// <summary>Ends a command of this folder with a sentence that names what is wrong and the remedy.</summary>
/// <param name="sentence">Written to the error stream.</param>
/// <param name="exitCode">1 for something missing or failed, 2 for wrong usage.</param>
public sealed class CommandException(string sentence, int exitCode = 1) : Exception(sentence)
{
    public int ExitCode { get; } = exitCode;
}
