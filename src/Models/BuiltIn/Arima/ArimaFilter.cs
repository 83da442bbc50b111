using System.Runtime.Intrinsics;

namespace Bittbridge.Models.BuiltIn.Arima;

/// <summary>
/// The Kalman filter of ARIMA(1,1,1) over prices, as in statsmodels' SARIMAX [Durbin and Koopman 2012, ch. 4]. The state is (the previous
/// price, the change, ma · e). The previous price is nearly unknown at first (variance 1e6), the change starts from its stationary
/// distribution, and the covariance is kept once it changes by less than the tolerance. Four filters run at once, one per lane: a point and
/// its three forward differences.
/// </summary>
internal readonly struct ArimaFilter(double[] prices)
{
    /// <summary>The number of filters that run at once.</summary>
    public const int Lanes = 4;

    private const double Unknown = 1e6;
    private const double Tolerance = 1e-19;

    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    /// <summary>The log-likelihood of all prices but the first, which only sets the start, and the expected next change.</summary>
    public (Vector256<double> LogLikelihood, Vector256<double> NextChange) Filter(
        Vector256<double> ar,
        Vector256<double> ma,
        Vector256<double> variance
    )
    {
        // The state and its covariance before an observation; the upper triangle of the covariance.
        var zero = Vector256<double>.Zero;
        var (a0, a1) = (zero, zero);
        var (q11, q12, q22) = (variance, ma * variance, ma * ma * variance);
        var p11 = (q11 + 2 * ar * q12 + q22) / (Vector256<double>.One - ar * ar);
        var (p00, p01, p02, p12, p22) = (Vector256.Create(Unknown), zero, zero, q12, q22);
        var (inverse, logF, g0, g1, g2) = (zero, zero, zero, zero, zero);
        var (sum, settled) = (zero, zero);
        var (logTwoPi, minusHalf) = (Vector256.Create(LogTwoPi), Vector256.Create(-0.5));
        for (var t = 0; t < prices.Length; t++)
        {
            var isSettled = settled.AsInt64() == Vector256<long>.AllBitsSet;
            if (!isSettled)
            {
                (g0, g1, g2) = (Kept(g0, p00 + p01), Kept(g1, p01 + p11), Kept(g2, p02 + p12));
                var f = g0 + g1;
                inverse = Kept(inverse, Vector256<double>.One / f);
                logF = Kept(logF, Vector256.Create(Math.Log(f[0]), Math.Log(f[1]), Math.Log(f[2]), Math.Log(f[3])));
            }

            var error = Vector256.Create(prices[t]) - (a0 + a1);
            if (t > 0)
            {
                sum += minusHalf * (logTwoPi + logF + error * inverse * error);
            }

            var scaled = error * inverse;
            var (u0, u1, u2) = (a0 + g0 * scaled, a1 + g1 * scaled, zero + g2 * scaled);
            (a0, a1) = (u0 + u1, ar * u1 + u2);
            if (isSettled)
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
            var (d00, d01, d02, d11, d12, d22) = (n00 - p00, n01 - p01, zero - p02, n11 - p11, q12 - p12, q22 - p22);
            var change = d00 * d00 + d11 * d11 + d22 * d22 + 2 * (d01 * d01 + d02 * d02 + d12 * d12);
            (p00, p01, p02) = (Kept(p00, n00), Kept(p01, n01), Kept(p02, zero));
            (p11, p12, p22) = (Kept(p11, n11), Kept(p12, q12), Kept(p22, q22));
            settled |= Vector256.LessThan(change, Vector256.Create(Tolerance));
        }

        return (sum, a1);

        // In a lane that has settled, what it had then.
        Vector256<double> Kept(Vector256<double> before, Vector256<double> now) => Vector256.ConditionalSelect(settled, before, now);
    }
}
