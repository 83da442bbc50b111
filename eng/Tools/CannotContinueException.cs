namespace Bittbridge.Tools;

/// <summary>Ends a command with one sentence that names what is wrong and the remedy.</summary>
public sealed class CannotContinueException : Exception
{
    public CannotContinueException(string sentence, int exitCode = ExitCodes.Failed)
        : base(sentence)
    {
        ExitCode = exitCode;
    }

    /// <summary>What the command leaves with.</summary>
    public int ExitCode { get; }
}
