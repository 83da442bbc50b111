using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;

namespace Bittbridge.Miner.Health;

/// <summary>
/// The price snapshot as the health checks see it. They run side by side, so each of them waits for a cold instance's first read, which
/// they share.
/// </summary>
internal sealed class SnapshotAtHand(IPrices prices, MinerSettings settings, TimeProvider clock)
{
    /// <summary>Null when there is none within the budget of a challenge.</summary>
    public async Task<PriceSnapshot?> ReadAsync(CancellationToken ct)
    {
        try
        {
            return await prices.CurrentAsync(ct).AsTask().WaitAsync(settings.Budget, clock, ct);
        }
        catch (TimeoutException)
        {
            return prices.InMemory;
        }
    }
}
