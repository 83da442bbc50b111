using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// A source of prices. Its prices are validated before use. A failed call is a value, not an exception.
/// </summary>
public interface IPriceSource
{
    /// <summary>Its name in snapshots and points.</summary>
    string Name { get; }

    /// <summary>The series of its prices.</summary>
    PriceSeries Series { get; }

    /// <summary>
    /// Whether this process replays prices that another process may have replayed at other times: the stored prices are then not its past.
    /// </summary>
    bool StartsAfresh { get; }

    /// <summary>The newest price.</summary>
    /// <param name="mayRetry">Whether there are calls to spare for a second try.</param>
    /// <param name="ct">Cancels the call.</param>
    Task<PriceFetch> LatestAsync(bool mayRetry, CancellationToken ct);

    /// <summary>A day of prices, to fill an empty store or a gap.</summary>
    /// <inheritdoc cref="LatestAsync" path="/param"/>
    Task<PriceFetch> LastDayAsync(bool mayRetry, CancellationToken ct);
}

/// <summary>The result of a call to a price source.</summary>
/// <param name="Prices">The prices in the source's order, not validated.</param>
/// <param name="Calls">How many calls of its API that took, including failed ones.</param>
/// <param name="Failure">Why there is no usable result; null for success.</param>
/// <param name="RetryAfter">The wait that it asked for; null when it asked for none.</param>
public sealed record PriceFetch(IReadOnlyList<QuotedPrice> Prices, int Calls, PriceFailure? Failure = null, TimeSpan? RetryAfter = null)
{
    public static PriceFetch Failed(PriceFailure failure, int calls, TimeSpan? retryAfter = null) => new([], calls, failure, retryAfter);
}

/// <summary>A price from a source, not validated.</summary>
/// <param name="Time">When, according to the source.</param>
/// <param name="Cny">CNY per USDT; null when missing.</param>
/// <param name="Usd">USD per USDT; null when missing.</param>
public readonly record struct QuotedPrice(DateTimeOffset Time, double? Cny, double? Usd = null);
