using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// Makes a calibration from prices: the logarithm of a model's absolute one-hour errors by ridge regression on the features of <see
/// cref="LocalScale"/>, then the quantiles of the errors in units of that scale. Every feature is what was known when the forecast was
/// made, from as many points as an interval is made from.
/// </summary>
public static class CalibrationFitter
{
    /// <summary>Fewer hours say too little about a tail.</summary>
    public const int MinCases = 1000;

    private const double Ridge = 1000;

    /// <summary>A smaller error is taken for this many CNY: its logarithm would say more than the price's decimals do.</summary>
    private const double MinError = 3e-5;

    /// <summary>Points before the first case, so that the memories hold something.</summary>
    private const int FirstCase = 100;

    private const int Percents = 100;

    /// <param name="history">What to fit to; only hours that have passed within it count.</param>
    /// <param name="model">Whose errors; the last price's where it can't replay its past.</param>
    /// <param name="fittedOn">Which prices these are, in words.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>Null when the history holds fewer than <see cref="MinCases"/> hours. <see cref="Calibration.Problem"/> says where the
    /// prices gave nothing usable.</returns>
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

    /// <summary>What was known at each point, and the error of the forecast made there.</summary>
    private static (List<double[]> Inputs, List<double> Errors) Cases(PriceHistory history, IPredictionModel model, CancellationToken ct)
    {
        var (inputs, errors) = (new List<double[]>(), new List<double>());
        for (var i = FirstCase; i < history.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            var madeAt = history[i].Time;
            if (history.IndexNear(madeAt + Forecast.Horizon) is >= 0 and var truth)
            {
                var known = history.Until(madeAt).TakeLast(Forecaster.AtHand);
                var forecasts = PastForecasts.Of(model, known);
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

    /// <summary>The rule without its scaler.</summary>
    private static ScaleCoefficients Coefficients(Regression rule)
    {
        var plain = rule.Coefficients.Zip(rule.Deviations, (coefficient, deviation) => coefficient / deviation).ToArray();
        return ScaleCoefficients.Of(rule.Intercept - plain.Zip(rule.Means, (coefficient, mean) => coefficient * mean).Sum(), plain);
    }
}
