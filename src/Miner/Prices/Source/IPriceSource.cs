using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Where prices come from. What it says is not believed before it is checked; that it can't be asked is a value, not an exception.
/// </summary>
public interface IPriceSource
{
    /// <summary>As it stands in every point and snapshot.</summary>
    string Name { get; }

    /// <summary>The series that its prices belong to.</summary>
    PriceSeries Series { get; }

    /// <summary>
    /// Whether this process plays prices that another process may have played at other times: what is stored is then not its past.
    /// </summary>
    bool StartsAfresh { get; }

    /// <summary>The newest price.</summary>
    /// <param name="mayRetry">Whether there are calls to spare for a second try.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<PriceFetch> LatestAsync(bool mayRetry, CancellationToken ct);

    /// <summary>A day of prices, to fill an empty store or a gap.</summary>
    /// <inheritdoc cref="LatestAsync" path="/param"/>
    Task<PriceFetch> LastDayAsync(bool mayRetry, CancellationToken ct);
}

/// <summary>What a source said.</summary>
/// <param name="Prices">As it said them, in its order, unchecked.</param>
/// <param name="Calls">How many calls of its API that took, failed ones included.</param>
/// <param name="Failure">Why it said nothing usable; null when it did.</param>
/// <param name="RetryAfter">How long it asked to be left alone; null when it did not say.</param>
public sealed record PriceFetch(IReadOnlyList<QuotedPrice> Prices, int Calls, PriceFailure? Failure = null, TimeSpan? RetryAfter = null)
{
    public static PriceFetch Failed(PriceFailure failure, int calls, TimeSpan? retryAfter = null) => new([], calls, failure, retryAfter);
}

/// <summary>A price as a source quotes it: anything at all.</summary>
/// <param name="Time">When, as it says.</param>
/// <param name="Cny">CNY per USDT; null where it said none.</param>
/// <param name="Usd">USD per USDT; null where it said none.</param>
public readonly record struct QuotedPrice(DateTimeOffset Time, double? Cny, double? Usd = null);
