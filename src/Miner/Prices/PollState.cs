using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Validation;

namespace Bittbridge.Miner.Prices;

/// <summary>The polling state that is shared between polls, because the next poll may run in another instance.</summary>
public sealed record PollState
{
    /// <summary>When a poll last succeeded; null for never.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>When the source was last polled, successfully or not; null for never.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>The month of <see cref="CallsThisMonth"/>, as <c>2026-11</c> in UTC.</summary>
    public string Month { get; init; } = "";

    /// <summary>Calls of the source's API this month, including failed ones.</summary>
    public int CallsThisMonth { get; init; }

    public int FailuresInARow { get; init; }

    /// <summary>Why the last poll failed; null when it succeeded.</summary>
    public PriceFailure? LastFailure { get; init; }

    /// <summary>The source is not polled before this time; null for no backoff.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When a gap was last filled from the source's chart; null for never.</summary>
    public DateTimeOffset? GapFilledAt { get; init; }

    /// <summary>When the chart last failed to fill a gap that is still open; null when there is no such gap.</summary>
    public DateTimeOffset? GapOpenSince { get; init; }

    /// <summary>Prices that jumped and are held, and when the last accepted move began.</summary>
    public JumpWatch Watch { get; init; } = JumpWatch.None;
}
