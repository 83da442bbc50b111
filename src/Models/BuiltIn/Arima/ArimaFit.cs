namespace Bittbridge.Models.BuiltIn.Arima;

/// <summary>
/// ARIMA(1,1,1) without a constant, fitted to prices: with d_t = x_t - x_(t-1),
/// <c>d_t = ar · d_(t-1) + e_t + ma · e_(t-1)</c>, e Gaussian of one variance.
/// </summary>
/// <param name="Ar">The autoregressive coefficient, between -1 and 1.</param>
/// <param name="Ma">The moving-average coefficient, between -1 and 1.</param>
/// <param name="Variance">The variance of e, in CNY squared.</param>
/// <param name="LogLikelihood">The exact log-likelihood of the changes.</param>
/// <param name="Last">The last price.</param>
/// <param name="NextChange">The expected next change.</param>
public sealed record ArimaFit(double Ar, double Ma, double Variance, double LogLikelihood, double Last, double NextChange)
{
    /// <summary>The expected price a number of steps after the last.</summary>
    public double Forecast(int steps)
    {
        var (price, change) = (Last, NextChange);
        for (var step = 0; step < steps; step++)
        {
            price += change;
            change *= Ar;
        }

        return price;
    }
}
