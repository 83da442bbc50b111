namespace Bittbridge.Bittensor.Chain;

/// <summary>Carries JSON-RPC texts to one node and back, one at a time.</summary>
internal interface IRpcConnection : IAsyncDisposable
{
    /// <summary>Sends a request and gives the next message that comes back, in UTF-8.</summary>
    /// <exception cref="ChainFailureException">No connection, or an answer that is too long.</exception>
    Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken ct);
}
