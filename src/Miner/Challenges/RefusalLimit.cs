using System.Threading.RateLimiting;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// Limits explained refusals to unverified callers of one instance; beyond the limit they get a 429 without a body. This bucket is
/// separate, so requests without a valid signature never use up the limit of a verified caller.
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

    /// <summary>Whether this refusal gets an explanation.</summary>
    public bool MayExplain()
    {
        using var lease = _explained?.AttemptAcquire();
        return lease is not { IsAcquired: false };
    }

    public void Dispose() => _explained?.Dispose();
}
