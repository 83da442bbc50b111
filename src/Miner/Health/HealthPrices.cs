using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;

namespace Bittbridge.Miner.Health;

/// <summary>
/// The price snapshot for the health checks. They run concurrently and share the first read of a cold instance.
/// </summary>
internal sealed class HealthPrices(IPrices prices, MinerSettings settings, TimeProvider clock)
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
