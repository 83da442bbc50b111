namespace Bittbridge.Models.BuiltIn.Arima;

/// <summary>
/// The Kalman filter of ARIMA(1,1,1) over prices, as in statsmodels' SARIMAX [Durbin and Koopman 2012, ch. 4]. The state is (the previous
/// price, the change, ma · e). The previous price is nearly unknown at first (variance 1e6), the change starts from its stationary
/// distribution, and the covariance is kept once it changes by less than the tolerance.
/// </summary>
internal readonly struct ArimaFilter(double[] prices)
{
    private const double Unknown = 1e6;
    private const double Tolerance = 1e-19;

    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    /// <summary>The log-likelihood of all prices but the first, which only sets the start, and the expected next change.</summary>
    public (double LogLikelihood, double NextChange) Filter(double ar, double ma, double variance)
    {
        // The state and its covariance before an observation; the upper triangle of the covariance.
        var (a0, a1, a2) = (0d, 0d, 0d);
        var (q11, q12, q22) = (variance, ma * variance, ma * ma * variance);
        var p11 = (q11 + 2 * ar * q12 + q22) / (1 - ar * ar);
        var (p00, p01, p02, p12, p22) = (Unknown, 0d, 0d, q12, q22);
        var (f, inverse, logF, g0, g1, g2) = (0d, 0d, 0d, 0d, 0d, 0d);
        var (sum, settled) = (0d, false);
        for (var t = 0; t < prices.Length; t++)
        {
            if (!settled)
            {
                (g0, g1, g2) = (p00 + p01, p01 + p11, p02 + p12);
                f = g0 + g1;
                inverse = 1 / f;
                logF = Math.Log(f);
            }

            var error = prices[t] - (a0 + a1);
            if (t > 0)
            {
                sum += -0.5 * (LogTwoPi + logF + error * inverse * error);
            }

            var scaled = error * inverse;
            var (u0, u1, u2) = (a0 + g0 * scaled, a1 + g1 * scaled, a2 + g2 * scaled);
            (a0, a1, a2) = (u0 + u1, ar * u1 + u2, 0);
            if (settled)
            {
                continue;
            }

            var (k0, k1, k2) = (g0 * inverse, g1 * inverse, g2 * inverse);
            var (c00, c01, c02) = (p00 - (k0 * p00 + k0 * p01), p01 - (k0 * p01 + k0 * p11), p02 - (k0 * p02 + k0 * p12));
            var (c10, c11, c12) = (p01 - (k1 * p00 + k1 * p01), p11 - (k1 * p01 + k1 * p11), p12 - (k1 * p02 + k1 * p12));
            var (c20, c21, c22) = (p02 - (k2 * p00 + k2 * p01), p12 - (k2 * p01 + k2 * p11), p22 - (k2 * p02 + k2 * p12));
            var (t00, t01, t02) = (c00 + c10, c01 + c11, c02 + c12);
            var (t10, t11, t12) = (ar * c10 + c20, ar * c11 + c21, ar * c12 + c22);
            var (n00, n01, n10, n11) = (t00 + t01, ar * t01 + t02, t10 + t11, q11 + (ar * t11 + t12));
            n01 = 0.5 * (n01 + n10);
            var (d00, d01, d02, d11, d12, d22) = (n00 - p00, n01 - p01, 0 - p02, n11 - p11, q12 - p12, q22 - p22);
            settled = d00 * d00 + d11 * d11 + d22 * d22 + 2 * (d01 * d01 + d02 * d02 + d12 * d12) < Tolerance;
            (p00, p01, p02, p11, p12, p22) = (n00, n01, 0, n11, q12, q22);
        }

        return (sum, a1);
    }
}
