namespace Bittbridge.Models.Intervals;

/// <summary>Makes the interval of a forecast whose model gives none.</summary>
public interface IIntervalEstimator
{
    /// <param name="price">The forecast, CNY per USDT.</param>
    /// <param name="madeAt">When it was made; it is for one hour later.</param>
    /// <param name="history">What was known then.</param>
    /// <param name="model">Whose forecast it is.</param>
    /// <returns>Null when the history says nothing about how wide it should be.</returns>
    PredictionInterval? Estimate(double price, DateTimeOffset madeAt, PriceHistory history, IPredictionModel model);
}
