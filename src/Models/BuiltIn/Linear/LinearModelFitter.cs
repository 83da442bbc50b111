using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.BuiltIn.Linear;

/// <summary>
/// Fits the linear model to prices: ridge regression of the change over the next hour. Iteratively reweighted least squares [Schlossmacher
/// 1973], with one over the size of each error as its weight, minimizes the absolute error. With tails as heavy as these, the squared error
/// would depend on a few hours.
/// </summary>
public static class LinearModelFitter
{
    /// <summary>The minimum number of hours in a training set.</summary>
    public const int MinCases = 100;

    /// <summary>An hour of 5-minute lags.</summary>
    public const int DefaultLags = 12;

    /// <summary>The usual weight of the ridge, which keeps coefficients small.</summary>
    public const double DefaultRidge = 1000;

    private const int Rounds = 12;

    /// <summary>Errors smaller than this, in CNY, get the weight of this one.</summary>
    private const double MinError = 1e-4;

    /// <param name="history">The training data; only hours that end within it count.</param>
    /// <param name="version">The version of the fitted model.</param>
    /// <param name="fittedOn">A description of the prices.</param>
    /// <param name="lags">How many 5-minute lags the model looks back.</param>
    /// <param name="ridge">The weight of the ridge, above zero: the larger, the smaller the coefficients.</param>
    /// <param name="ct">Cancels the fit.</param>
    /// <returns>Null when the history has fewer than <see cref="MinCases"/> hours. <see cref="LinearModelParameters.Problem"/> tells
    /// whether the result is usable.</returns>
    public static LinearModelParameters? Fit(
        PriceHistory history,
        string version,
        string fittedOn,
        int lags = DefaultLags,
        double ridge = DefaultRidge,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lags);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ridge);
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
        var rule = Regression.Ridge(inputs, changes, ridge);
        for (var round = 0; round < Rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] = MinError / Math.Max(Math.Abs(changes[i] - rule.Of(inputs[i])), MinError);
            }

            rule = Regression.Ridge(inputs, changes, ridge * weights.Average(), weights);
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
