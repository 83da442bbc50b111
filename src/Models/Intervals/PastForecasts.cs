using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.Intervals;

/// <summary>What a model said at each point of a history: its own forecasts where it can replay them, the last price otherwise.</summary>
internal static class PastForecasts
{
    public static double[] Of(IPredictionModel model, PriceHistory history)
    {
        var forecasts = history.Prices.ToArray();
        (model as IPastForecasts)?.Replay(history, forecasts);
        return forecasts;
    }
}
