namespace Bittbridge.Bittensor.Chain;

/// <summary>Why a read of the chain failed at every endpoint.</summary>
/// <param name="Fault">The kind of the last endpoint's failure.</param>
/// <param name="Message">One clause for each endpoint, for logs and health, without secrets.</param>
public sealed record ChainFailure(ChainFault Fault, string Message);

/// <summary>Ends the read of one endpoint; it never leaves <see cref="ChainClient"/>.</summary>
internal sealed class ChainFailureException(ChainFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ChainFault Fault { get; } = fault;
}
