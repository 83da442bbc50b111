namespace Bittbridge.Cli;

/// <summary>The command failed. The message is one sentence for the user; the exit status is 1.</summary>
internal sealed class RefusedException(string message) : Exception(message);
