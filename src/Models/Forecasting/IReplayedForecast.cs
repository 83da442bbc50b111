namespace Bittbridge.Models.Forecasting;

/// <summary>
/// A model without an interval whose forecast follows from its replay: one pass gives the forecast and the past errors.
/// </summary>
internal interface IReplayedForecast : IPastForecasts
{
    /// <summary>
    /// Fills <paramref name="forecasts"/> as a replay does, and returns the forecast at an instant: by default the last one.
    /// </summary>
    /// <param name="history">The prices, not empty.</param>
    /// <param name="madeAt">When the forecast is made, not before the newest price.</param>
    /// <param name="forecasts">Receives the past forecasts.</param>
    double Replay(PriceHistory history, DateTimeOffset madeAt, Span<double> forecasts)
    {
        Replay(history, forecasts);
        return forecasts[^1];
    }
}
