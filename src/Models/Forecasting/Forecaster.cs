using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Forecasting;

/// <summary>One model and the way its missing intervals are made: the same for a live challenge and for a backtest.</summary>
/// <param name="model">The model.</param>
/// <param name="intervals">Makes the intervals.</param>
/// <param name="keepsOwn">Whether an interval that the model gives is kept; otherwise the estimator's takes its place.</param>
public sealed class Forecaster(IPredictionModel model, IIntervalEstimator intervals, bool keepsOwn = true)
{
    /// <summary>How many points a forecast is made from at most: a little over two days, as many as a miner keeps at hand.</summary>
    public const int AtHand = 600;

    public ModelId ModelId => model.Id;

    /// <summary>The model's forecast at <paramref name="madeAt"/>; where the model gives no interval, with the estimator's.</summary>
    /// <param name="madeAt">The clock's time; points after it are not shown to the model.</param>
    /// <param name="history">The prices at hand; the newest <see cref="AtHand"/> are shown.</param>
    /// <param name="ct">Handed to the model.</param>
    /// <returns>Null when the model gives no answer.</returns>
    public async ValueTask<Forecast?> ForecastAsync(DateTimeOffset madeAt, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        var known = history.Until(madeAt).TakeLast(AtHand);
        if (model is IReplayedForecast replayed && intervals is CalibratedIntervalEstimator calibrated)
        {
            return InOnePass(replayed, calibrated, madeAt, known);
        }

        var forecast = await model.PredictAsync(madeAt, known, ct).ConfigureAwait(false);
        return forecast is null || (keepsOwn && forecast.Interval is not null)
            ? forecast
            : new Forecast(forecast.Price, intervals.Estimate(forecast.Price, madeAt, known, model));
    }

    /// <summary>The replay that tells the model's past errors ends with its forecast, so nothing is computed twice.</summary>
    private Forecast? InOnePass(
        IReplayedForecast replayed,
        CalibratedIntervalEstimator calibrated,
        DateTimeOffset madeAt,
        PriceHistory known
    )
    {
        if (known.IsEmpty)
        {
            return null;
        }

        var forecasts = new double[known.Count];
        replayed.Replay(known, forecasts);
        return new(forecasts[^1], calibrated.Estimate(forecasts[^1], madeAt, known, model.Id, forecasts));
    }
}
