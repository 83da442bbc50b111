using System.Buffers;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Forecasting;

/// <summary>A model and the estimator that adds missing intervals: the same code for live challenges and backtests.</summary>
/// <param name="model">The model.</param>
/// <param name="intervals">Estimates the intervals.</param>
/// <param name="keepsOwn">Whether an interval that the model returns is kept; otherwise the estimator's replaces it.</param>
public sealed class Forecaster(IPredictionModel model, IIntervalEstimator intervals, bool keepsOwn = true)
{
    /// <summary>The maximum number of points of a forecast: a little over two days, as many as a miner keeps in memory.</summary>
    public const int MaxHistory = 600;

    /// <summary>A full window begins at a multiple of this many slots: every hour.</summary>
    public const int WindowStep = 12;

    private readonly Lock _gate = new();

    /// <summary>The forecast that follows from prices alone, from the newest prices; null if there is none. Set under the gate.</summary>
    private volatile WindowForecast? _last;

    public ModelId ModelId => model.Id;

    /// <summary>
    /// The prices that a model sees at an instant: the newest <see cref="MaxHistory"/>. If there are that many, the window begins at the
    /// first full hour, so that the windows of nearby instants begin at the same point (see <see cref="SharedReplay"/>).
    /// </summary>
    public static PriceHistory WindowAt(PriceHistory history, DateTimeOffset madeAt)
    {
        ArgumentNullException.ThrowIfNull(history);
        var known = history.Until(madeAt).TakeLast(MaxHistory);
        if (known.Count < MaxHistory)
        {
            return known;
        }

        var times = known.TimesUnixMs;
        var first = 0;
        var begin = (PriceSlot.NearestTo(times[0]).Number + WindowStep - 1) / WindowStep * WindowStep;
        while (PriceSlot.NearestTo(times[first]).Number < begin)
        {
            first++;
        }

        return known.TakeLast(known.Count - first);
    }

    /// <summary>The model's forecast at <paramref name="madeAt"/>, with the estimator's interval when the model returns none.</summary>
    /// <param name="madeAt">The current time; the model does not see later points.</param>
    /// <param name="history">The prices; the model sees those of <see cref="WindowAt"/>.</param>
    /// <param name="ct">Passed to the model.</param>
    /// <returns>Null when the model returns no forecast.</returns>
    public async ValueTask<Forecast?> ForecastAsync(DateTimeOffset madeAt, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        var known = WindowAt(history, madeAt);
        if (model is IReplayedForecast replayed && intervals is CalibratedIntervalEstimator calibrated)
        {
            return InOnePass(replayed, calibrated, madeAt, known);
        }

        // Returns to the caller's scheduler: an estimator may replay the model, and that code may block.
        var forecast = await model.PredictAsync(madeAt, known, ct).ConfigureAwait(true);
        return forecast is null || (keepsOwn && forecast.Interval is not null)
            ? forecast
            : new Forecast(forecast.Price, intervals.Estimate(forecast.Price, madeAt, known, model));
    }

    /// <summary>The forecast that <see cref="ForecastAsync"/> would return, without a run of the model.</summary>
    /// <param name="madeAt">The current time.</param>
    /// <param name="history">The prices.</param>
    /// <returns>Null unless the model has run for the same prices and for none newer, and its forecast follows from prices alone. Only the
    /// interval then depends on the time.</returns>
    public Forecast? ForecastWithoutRun(DateTimeOffset madeAt, PriceHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return _last is { } last && last.IsFrom(WindowAt(history, madeAt)) ? last.At(madeAt) : null;
    }

    /// <summary>One replay gives the forecast and the past forecasts for the interval, so nothing is computed twice.</summary>
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

        var pooled = ArrayPool<double>.Shared.Rent(known.Count);
        try
        {
            var forecasts = pooled.AsSpan(0, known.Count);
            var price = replayed.Replay(known, madeAt, forecasts);
            var made = new WindowForecast(price, calibrated.ScaleOf(known, model, forecasts), calibrated);
            var forecast = made.At(madeAt);
            // A pending jump depends on the time and on rates.
            if (model is not IPendingJump && model.IsDeterministic)
            {
                Keep(made);
            }

            return forecast;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(pooled);
        }
    }

    /// <summary>Keeps the forecast unless a newer one is kept: an abandoned run may end after a run for a later price.</summary>
    private void Keep(WindowForecast made)
    {
        lock (_gate)
        {
            if (_last is not { } last || last.Newest <= made.Newest)
            {
                _last = made;
            }
        }
    }

    /// <summary>A forecast from a window of prices.</summary>
    private sealed record WindowForecast(double Price, WindowScale Scale, CalibratedIntervalEstimator Intervals)
    {
        /// <summary>When the window's newest price was observed.</summary>
        public DateTimeOffset Newest => Scale.Prices.Newest!.Value.Time;

        public bool IsFrom(PriceHistory window) => window.Begins(Scale.Prices) && window.Count == Scale.Prices.Count;

        public Forecast At(DateTimeOffset madeAt) => new(Price, Intervals.Estimate(Price, madeAt, Scale));
    }
}
