namespace Bittbridge.Models.Forecasting;

/// <summary>A model whose earlier forecasts cost one pass over the history; from them its own past errors are known at once.</summary>
public interface IPastForecasts
{
    /// <summary>
    /// Fills <paramref name="forecasts"/> (a value a point, CNY per USDT): value i is a forecast from points 0 to i and nothing later.
    /// </summary>
    void Replay(PriceHistory history, Span<double> forecasts);
}
