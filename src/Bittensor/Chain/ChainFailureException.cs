namespace Bittbridge.Bittensor.Chain;

/// <summary>Ends the read of one endpoint; it never leaves <see cref="ChainClient"/>.</summary>
internal sealed class ChainFailureException(ChainFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ChainFault Fault { get; } = fault;
}
