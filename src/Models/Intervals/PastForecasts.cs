using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.Intervals;

/// <summary>A model's forecast at each point of a history: its own when it can replay them, otherwise the last price.</summary>
internal static class PastForecasts
{
    public static double[] Of(IPredictionModel model, PriceHistory history)
    {
        var forecasts = new double[history.Count];
        Fill(model, history, forecasts);
        return forecasts;
    }

    public static void Fill(IPredictionModel model, PriceHistory history, Span<double> forecasts)
    {
        history.Prices.CopyTo(forecasts);
        (model as IPastForecasts)?.Replay(history, forecasts);
    }
}
