using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Validation;

namespace Bittbridge.Miner.Prices;

/// <summary>What one poll must tell the next, which may run in another instance.</summary>
public sealed record PollState
{
    /// <summary>When the source was last asked with success; null for never.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>When the source was last asked, with success or not; null for never.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>The month that <see cref="CallsThisMonth"/> counts, as <c>2026-11</c> in UTC.</summary>
    public string Month { get; init; } = "";

    /// <summary>Calls of the source's API this month, failed ones included.</summary>
    public int CallsThisMonth { get; init; }

    public int FailuresInARow { get; init; }

    /// <summary>Why the last poll failed; null when it did not.</summary>
    public PriceFailure? LastFailure { get; init; }

    /// <summary>The source is not asked before this time; null for no wait.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When a gap was last filled from the source's chart; null for never.</summary>
    public DateTimeOffset? GapFilledAt { get; init; }

    /// <summary>When the chart last failed to fill a gap that is still open; null without such a gap.</summary>
    public DateTimeOffset? GapOpenSince { get; init; }

    /// <summary>Prices that jumped and are held back, and where the last real move began.</summary>
    public JumpWatch Watch { get; init; } = JumpWatch.None;
}
