namespace Bittbridge.Bittensor.Chain;

/// <summary>Exchanges JSON-RPC messages with one node, one at a time.</summary>
internal interface IRpcConnection : IAsyncDisposable
{
    /// <summary>Sends a request and returns the next message, in UTF-8.</summary>
    /// <exception cref="ChainFailureException">There is no connection, or the answer is too long.</exception>
    Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken ct);
}
