namespace Bittbridge.Cli;

/// <summary>The command line is invalid. The message is one sentence for the user, with the remedy.</summary>
internal sealed class UsageException(string message) : Exception(message);
