using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Backtesting;

/// <summary>The actual coverage of intervals for several nominal levels.</summary>
public static class Reliability
{
    private static readonly double[] Levels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];

    /// <summary>Enough to measure a coverage to one or two percent.</summary>
    private const int MaxForecasts = 1500;

    /// <param name="model">The model that made the forecasts.</param>
    /// <param name="recording">The prices.</param>
    /// <param name="made">The forecasts. Their prices are used; their intervals are estimated again for each level.</param>
    /// <param name="atLevel">Makes an estimator for a level.</param>
    /// <param name="ct">Cancels the work.</param>
    public static IReadOnlyList<(double Level, double Held)> Of(
        IPredictionModel model,
        PriceRecording recording,
        IReadOnlyList<MadeForecast> made,
        Func<double, IIntervalEstimator> atLevel,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(made);
        ArgumentNullException.ThrowIfNull(atLevel);
        var judged = made.Where(forecast => forecast.Truth is not null).ToList();
        var apart = Math.Max(1, judged.Count / MaxForecasts);
        var some = judged.Where((_, i) => i % apart == 0).ToList();
        return
        [
            .. Levels
                .AsParallel()
                .AsOrdered()
                .WithCancellation(ct)
                .Select(level =>
                {
                    var (estimator, shared) = (atLevel(level), SharedReplay.Of(model));
                    return (
                        level,
                        some.Average(forecast =>
                        {
                            ct.ThrowIfCancellationRequested();
                            return
                                estimator
                                    .Estimate(forecast.Forecast.Price, forecast.MadeAt, Window(forecast), shared)
                                    ?.Contains(forecast.Truth!.Value) == true
                                ? 1d
                                : 0d;
                        })
                    );
                }),
        ];

        PriceHistory Window(MadeForecast forecast) => Forecaster.WindowAt(recording.KnownAt(forecast.MadeAt), forecast.MadeAt);
    }
}
