namespace Bittbridge.Models.BuiltIn.Linear;

/// <summary>
/// Tries settings of the linear model walk-forward: the second half of the prices is cut into consecutive parts, and each part is forecast
/// by a model that was fitted to all prices before it.
/// </summary>
public static class LinearModelSearch
{
    /// <summary>The number of parts that are forecast.</summary>
    public const int Parts = 4;

    private static readonly int[] Lags = [3, 6, 12, 24, 48];
    private static readonly double[] Ridges = [10, 100, 1000, 10_000];

    /// <summary>The number of settings that are tried.</summary>
    public static int Count => Lags.Length * Ridges.Length;

    /// <summary>
    /// The settings that give a model in each part, with their errors, in ascending order of the error; null when there is none, as with
    /// too few prices.
    /// </summary>
    /// <param name="history">The prices.</param>
    /// <param name="progress">Called with 1 for each finished setting, from any thread.</param>
    /// <param name="ct">Cancels the search.</param>
    public static async Task<IReadOnlyList<LinearModelTrial>?> RunAsync(
        PriceHistory history,
        Action<int>? progress = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.IsEmpty)
        {
            return null;
        }

        var (start, end) = (history[history.Count / 2].Time, history.Newest!.Value.Time);
        var settings = Lags.SelectMany(lags => Ridges.Select(ridge => (Lags: lags, Ridge: ridge))).ToList();
        var trials = new LinearModelTrial?[settings.Count];
        await Parallel
            .ForAsync(
                0,
                settings.Count,
                ct,
                (i, token) =>
                {
                    trials[i] = Try(history, start, end, settings[i].Lags, settings[i].Ridge, token);
                    progress?.Invoke(1);
                    return ValueTask.CompletedTask;
                }
            )
            .ConfigureAwait(false);
        return trials.OfType<LinearModelTrial>().OrderBy(trial => trial.MaeRatio).ToList() is { Count: > 0 } usable ? usable : null;
    }

    /// <summary>
    /// The setting to use: the least flexible one (fewest lags, then largest ridge) whose error is within one standard error of the best,
    /// over the parts [Breiman, Friedman, Olshen and Stone 1984]. The best of many settings is mostly the luckiest.
    /// </summary>
    /// <param name="trials">As from <see cref="RunAsync"/>.</param>
    public static LinearModelTrial Choose(IReadOnlyList<LinearModelTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var best = trials.MinBy(trial => trial.MaeRatio)!;
        var mean = best.PartRatios.Average();
        var variance = best.PartRatios.Sum(ratio => (ratio - mean) * (ratio - mean)) / (best.PartRatios.Count - 1);
        var limit = best.MaeRatio + Math.Sqrt(variance / best.PartRatios.Count);
        return trials.Where(trial => trial.MaeRatio <= limit).OrderBy(trial => trial.Lags).ThenByDescending(trial => trial.Ridge).First();
    }

    private static LinearModelTrial? Try(
        PriceHistory history,
        DateTimeOffset start,
        DateTimeOffset end,
        int lags,
        double ridge,
        CancellationToken ct
    )
    {
        var (errors, lastPriceErrors) = (new double[Parts], new double[Parts]);
        for (var part = 0; part < Parts; part++)
        {
            var (from, to) = (start + ((end - start) * part / Parts), start + ((end - start) * (part + 1) / Parts));
            // What was known at the beginning of the part; the fit uses only hours that end within it.
            var known = history.Until(from);
            if (LinearModelFitter.Fit(known, "1", "", lags, ridge, ct) is not { } fitted || fitted.Problem() is not null)
            {
                return null;
            }

            var forecasts = new double[history.Count];
            new LinearModel(fitted).Replay(history, forecasts);
            for (var i = known.Count; i < history.Count && history[i].Time <= to; i++)
            {
                if (history.IndexNear(history[i].Time + Forecast.Horizon) is >= 0 and var truth)
                {
                    errors[part] += Math.Abs(forecasts[i] - history.Prices[truth]);
                    lastPriceErrors[part] += Math.Abs(history.Prices[i] - history.Prices[truth]);
                }
            }
        }

        return lastPriceErrors.All(sum => sum > 0)
            ? new(lags, ridge, errors.Sum() / lastPriceErrors.Sum(), [.. errors.Zip(lastPriceErrors, (error, last) => error / last)])
            : null;
    }
}

/// <summary>One setting of the linear model and its errors.</summary>
/// <param name="Lags">How many 5-minute lags the model looks back.</param>
/// <param name="Ridge">The weight of the ridge.</param>
/// <param name="MaeRatio">The mean absolute error over that of the last price, over all parts.</param>
/// <param name="PartRatios">The same for each part, in ascending time.</param>
public sealed record LinearModelTrial(int Lags, double Ridge, double MaeRatio, IReadOnlyList<double> PartRatios);
