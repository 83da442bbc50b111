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
