using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Models.Rates;

namespace Bittbridge.Miner.Prices;

/// <summary>The newest offshore rates with the polling state: everything that instances share.</summary>
/// <param name="Rates">At most <see cref="Capacity"/> rates.</param>
/// <param name="Poll">The polling state.</param>
public sealed record RateSnapshot(RateHistory Rates, RatePollState Poll)
{
    /// <summary>
    /// Ten days of five-minute rates, in less than the 64 KB of a property: the longest pause between two sessions, from 2026-02-13 19:00
    /// to 02-24 01:30, has 2,958, of which the offshore market trades in a part.
    /// </summary>
    public const int Capacity = 3000;
}

/// <summary>The state of the rate polls, because the next poll may run in another instance.</summary>
public sealed record RatePollState
{
    /// <summary>When the source was last polled, successfully or not; null for never.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Calls of the source's API on the UTC day of <see cref="AskedAt"/>, including failed ones.</summary>
    public int CallsThatDay { get; init; }

    public int FailuresInARow { get; init; }

    /// <summary>Why the last poll failed; null when it succeeded.</summary>
    public PriceFailure? LastFailure { get; init; }

    /// <summary>The source is not polled before this time; null for no backoff.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
