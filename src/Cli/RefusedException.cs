namespace Bittbridge.Cli;

/// <summary>What was asked for can't be done. The message is one sentence for the user; the exit status is 1.</summary>
internal sealed class RefusedException(string message) : Exception(message);
