namespace Bittbridge.Models.Intervals;

/// <summary>Estimates the interval of a forecast whose model returns none.</summary>
public interface IIntervalEstimator
{
    /// <param name="price">The forecast, CNY per USDT.</param>
    /// <param name="madeAt">When it was made; it is for one hour later.</param>
    /// <param name="history">The prices known then.</param>
    /// <param name="model">The model of the forecast.</param>
    /// <returns>Null when the history is not enough to estimate the width.</returns>
    PredictionInterval? Estimate(double price, DateTimeOffset madeAt, PriceHistory history, IPredictionModel model);
}
