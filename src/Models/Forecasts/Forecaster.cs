namespace Bittbridge.Models;

/// <summary>One model and the way its missing intervals are made: the same for a live challenge and for a backtest.</summary>
public sealed class Forecaster(IPredictionModel model, IIntervalEstimator intervals)
{
    public ModelId ModelId => model.Id;

    /// <summary>The model's forecast at <paramref name="madeAt"/>; where the model gives no interval, with the estimator's.</summary>
    /// <param name="madeAt">The clock's time; points after it are not shown to the model.</param>
    /// <param name="history">The prices at hand.</param>
    /// <param name="ct">Handed to the model.</param>
    /// <returns>Null when the model gives no answer.</returns>
    public async ValueTask<Forecast?> ForecastAsync(DateTimeOffset madeAt, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        var known = history.Until(madeAt);
        var forecast = await model.PredictAsync(madeAt, known, ct).ConfigureAwait(false);
        return forecast is null or { Interval: not null }
            ? forecast
            : new Forecast(forecast.Price, intervals.Estimate(forecast.Price, madeAt, known, model));
    }
}
