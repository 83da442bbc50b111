using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// One request that asks for its nonce. All its tries carry the same id, so that a row whose reply was lost is known for its own.
/// </summary>
/// <param name="key">What the nonce is filed under.</param>
internal sealed class NonceAttempt(ReplayKey key)
{
    private volatile bool _metRow;

    public ReplayKey Key { get; } = key;

    /// <summary>Unlike that of any other attempt.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>
    /// Whether an insert has found a row in its place. Unless that is known to be the attempt's own, somebody else may have been answered
    /// for it.
    /// </summary>
    public bool MetRow
    {
        get => _metRow;
        set => _metRow = value;
    }
}
