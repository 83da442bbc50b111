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
