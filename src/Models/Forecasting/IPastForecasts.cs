namespace Bittbridge.Models.Forecasting;

/// <summary>A model that can replay its earlier forecasts in one pass over the history, which gives its past errors.</summary>
public interface IPastForecasts
{
    /// <summary>
    /// Fills <paramref name="forecasts"/> with a value for each point, CNY per USDT: value i is a forecast from points 0 to i only.
    /// </summary>
    void Replay(PriceHistory history, Span<double> forecasts);
}
