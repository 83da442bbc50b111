using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.BuiltIn.Linear;

/// <summary>
/// Fits the linear model to prices: ridge regression of the change over the next hour, weighed anew by one over the size of each error
/// until it is the absolute error that is least (iteratively reweighted least squares [Schlossmacher 1973]): with tails as heavy as these
/// the squared error hangs on a few hours.
/// </summary>
public static class LinearModelFitter
{
    /// <summary>Fewer hours are no training set.</summary>
    public const int MinCases = 100;

    /// <summary>An hour of 5-minute lags.</summary>
    public const int DefaultLags = 12;

    private const double Ridge = 1000;
    private const int Rounds = 12;

    /// <summary>Errors smaller than this many CNY weigh no more than it.</summary>
    private const double MinError = 1e-4;

    /// <param name="history">What to fit to; only hours that have passed within it count.</param>
    /// <param name="version">Of the model that comes out.</param>
    /// <param name="fittedOn">Which prices these are, in words.</param>
    /// <param name="lags">How many 5-minute lags the model looks back.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>Null when the history holds fewer than <see cref="MinCases"/> hours. <see cref="LinearModelParameters.Problem"/> says where
    /// the prices gave nothing usable.</returns>
    public static LinearModelParameters? Fit(
        PriceHistory history,
        string version,
        string fittedOn,
        int lags = DefaultLags,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lags);
        var (inputs, changes) = (new List<double[]>(), new List<double>());
        for (var i = lags; i < history.Count; i++)
        {
            if (history.IndexNear(history[i].Time + Forecast.Horizon) is >= 0 and var truth)
            {
                var input = new double[lags];
                LinearInputs.Fill(history, i, input);
                inputs.Add(input);
                changes.Add(history.Prices[truth] - history.Prices[i]);
            }
        }

        if (inputs.Count < MinCases)
        {
            return null;
        }

        var weights = new double[inputs.Count];
        Array.Fill(weights, 1);
        var rule = Regression.Ridge(inputs, changes, Ridge);
        for (var round = 0; round < Rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] = MinError / Math.Max(Math.Abs(changes[i] - rule.Of(inputs[i])), MinError);
            }

            rule = Regression.Ridge(inputs, changes, Ridge * weights.Average(), weights);
        }

        return new(
            LinearModelParameters.CurrentFormat,
            version,
            fittedOn,
            history[0].Time,
            history.Newest!.Value.Time,
            inputs.Count,
            rule.Means,
            rule.Deviations,
            rule.Coefficients,
            rule.Intercept
        );
    }
}
