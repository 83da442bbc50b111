using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// Fits a calibration to prices: ridge regression of the logarithm of a model's absolute one-hour errors on the features of <see
/// cref="LocalScale"/>, then the quantiles of the errors in units of that scale: of n errors, the one of rank ⌈level · n⌉. Every feature
/// uses only what was known when the forecast was made, from as many points as an interval uses.
/// </summary>
public static class CalibrationFitter
{
    /// <summary>The minimum number of hours; with fewer the tail is unknown.</summary>
    public const int MinCases = 1000;

    private const double Ridge = 1000;

    /// <summary>The floor of an error in CNY: the logarithm of a smaller one would only reflect the price's decimals.</summary>
    private const double MinError = 3e-5;

    /// <summary>Points before the first case, so that the exponentially weighted means depend little on their initial values.</summary>
    private const int FirstCase = 100;

    private const int Percents = 100;

    /// <param name="history">The data; only hours at whose end there is a price count.</param>
    /// <param name="model">The model of the errors; when it can't replay its past, the errors of the last price are used.</param>
    /// <param name="fittedOn">A description of the prices.</param>
    /// <param name="ct">Cancels the fit.</param>
    /// <returns>Null when the history has fewer than <see cref="MinCases"/> hours. <see cref="Calibration.Problem"/> tells whether the
    /// result is usable.</returns>
    public static Calibration? Fit(PriceHistory history, IPredictionModel model, string fittedOn, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(model);
        var (inputs, errors) = Cases(history, model, ct);
        if (inputs.Count < MinCases)
        {
            return null;
        }

        var rule = Regression.Ridge(inputs, errors.ConvertAll(error => Math.Log(Math.Max(error, MinError))), Ridge);
        var ratios = inputs.Select((input, i) => errors[i] / Math.Exp(rule.Of(input))).Order().ToArray();
        var levels = Enumerable.Range(1, Percents - 1).Select(percent => percent / (double)Percents).ToArray();
        return new(
            Calibration.CurrentFormat,
            fittedOn,
            model.Id.ToString(),
            history[0].Time,
            history.Newest!.Value.Time,
            inputs.Count,
            Coefficients(rule),
            levels,
            [.. levels.Select(level => ratios[(int)Math.Ceiling(level * ratios.Length - 1e-9) - 1])]
        );
    }

    /// <summary>The features at each point, and the error of the forecast made there.</summary>
    private static (List<double[]> Inputs, List<double> Errors) Cases(PriceHistory history, IPredictionModel model, CancellationToken ct)
    {
        var (inputs, errors) = (new List<double[]>(), new List<double>());
        var shared = SharedReplay.Of(model);
        for (var i = FirstCase; i < history.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            var madeAt = history[i].Time;
            if (history.IndexNear(madeAt + Forecast.Horizon) is >= 0 and var truth)
            {
                var known = Forecaster.WindowAt(history, madeAt);
                var forecasts = PastForecasts.Of(shared, known);
                inputs.Add(Features(known, forecasts, madeAt));
                errors.Add(Math.Abs(forecasts[^1] - history.Prices[truth]));
            }
        }

        return (inputs, errors);
    }

    private static double[] Features(PriceHistory known, ReadOnlySpan<double> forecasts, DateTimeOffset madeAt)
    {
        var scale = new LocalScale(known.TimesUnixMs, known.Prices, forecasts);
        for (var i = 0; i < known.Count; i++)
        {
            scale.Advance();
        }

        var features = new double[LocalScale.Count];
        scale.FillMemories(features);
        LocalScale.FillClock(madeAt.UtcDateTime, features.AsSpan(LocalScale.Memories));
        return features;
    }

    /// <summary>The coefficients without the scaler.</summary>
    private static ScaleCoefficients Coefficients(Regression rule)
    {
        var plain = rule.Coefficients.Zip(rule.Deviations, (coefficient, deviation) => coefficient / deviation).ToArray();
        return ScaleCoefficients.Of(rule.Intercept - plain.Zip(rule.Means, (coefficient, mean) => coefficient * mean).Sum(), plain);
    }
}
