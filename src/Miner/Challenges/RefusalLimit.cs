using System.Threading.RateLimiting;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// What callers that nobody has verified get of one instance: so many explained refusals a second, then a bare 429. It is a bucket of their
/// own, so nothing that is sent without a good signature can use up what an honest caller needs.
/// </summary>
internal sealed class RefusalLimit : IDisposable
{
    private const int RefillsPerSecond = 10;

    private readonly TokenBucketRateLimiter? _explained;

    public RefusalLimit(LimitSettings limits)
    {
        _explained =
            limits.PerSecond == 0
                ? null
                : new(
                    new()
                    {
                        TokenLimit = limits.PerSecond,
                        TokensPerPeriod = Math.Max(1, limits.PerSecond / RefillsPerSecond),
                        ReplenishmentPeriod = TimeSpan.FromSeconds(
                            Math.Max(1, limits.PerSecond / RefillsPerSecond) / (double)limits.PerSecond
                        ),
                    }
                );
    }

    /// <summary>Whether this refusal is explained.</summary>
    public bool MayExplain()
    {
        using var lease = _explained?.AttemptAcquire();
        return lease is not { IsAcquired: false };
    }

    public void Dispose() => _explained?.Dispose();
}
