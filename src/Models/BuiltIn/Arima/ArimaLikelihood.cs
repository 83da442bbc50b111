namespace Bittbridge.Models.BuiltIn.Arima;

/// <summary>
/// The exact Gaussian likelihood of ARMA(1,1) in changes of price. In state-space form with the state (d_t, ma · e_t) the Kalman filter
/// from the stationary distribution needs one number of its covariance, the variance r_t of a prediction in units of that of e, and the
/// variance of e is given in closed form:
/// <code>
///   r_1 = 1 + (ar + ma)² / (1 - ar²),  r_(t+1) = 1 + ma² - ma² / r_t
///   d̂_(t+1) = ar · d_t + ma · (d_t - d̂_t) / r_t
///   variance = Σ (d_t - d̂_t)² / r_t / n;  log-likelihood = -(n (ln 2π + ln variance + 1) + Σ ln r_t) / 2
/// </code>
/// [Brockwell and Davis 1991, sections 5.3 and 8.7; Durbin and Koopman 2012, ch. 7].
/// </summary>
internal readonly struct ArimaLikelihood(double[] changes)
{
    /// <summary>Below it r is 1 to the last digit, and the filter has settled.</summary>
    private const double Settled = 1e-15;

    public double LogLikelihood(double ar, double ma) => Filter(ar, ma).LogLikelihood;

    public (double LogLikelihood, double Variance, double NextChange) Filter(double ar, double ma)
    {
        var fades = ar + ma;
        var r = 1 + fades * fades / (1 - ar * ar);
        var (predicted, squares, logs, i) = (0d, 0d, 0d, 0);
        for (; i < changes.Length && r - 1 > Settled; i++)
        {
            var error = changes[i] - predicted;
            squares += error * error / r;
            logs += Math.Log(r);
            predicted = ar * changes[i] + ma * error / r;
            r = 1 + ma * ma * (r - 1) / r;
        }

        for (; i < changes.Length; i++)
        {
            var error = changes[i] - predicted;
            squares += error * error;
            predicted = ar * changes[i] + ma * error;
        }

        var variance = squares / changes.Length;
        return (-0.5 * (changes.Length * (Math.Log(2 * Math.PI * variance) + 1) + logs), variance, predicted);
    }
}
