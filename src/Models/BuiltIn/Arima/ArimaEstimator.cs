using System.Runtime.Intrinsics;
using Bittbridge.Models.Numerics;

namespace Bittbridge.Models.BuiltIn.Arima;

/// <summary>Fits ARIMA(1,1,1) by maximum likelihood in state-space form.</summary>
public static class ArimaEstimator
{
    /// <summary>The minimum number of prices for three parameters.</summary>
    public const int MinPrices = 20;

    /// <summary>
    /// Fits as statsmodels does: L-BFGS over transformed parameters, started at the estimates of [Hannan and Rissanen 1982], which are set
    /// to 0 outside ±1. For prices as calm as these, the forward differences of statsmodels are too coarse: the search stops at or near its
    /// start, up to 75 below the maximum in log-likelihood. This code does the same on purpose, because the forecasts are better: the
    /// least-squares estimates follow the noise less than those at the maximum.
    /// </summary>
    /// <param name="prices">In order, at even (or nearly even) distances.</param>
    /// <returns>Null with fewer than <see cref="MinPrices"/>, or when the price hardly ever changed.</returns>
    public static ArimaFit? Fit(ReadOnlySpan<double> prices)
    {
        if (Changes(prices) is not { } changes || HannanRissanen(changes) is not { } start)
        {
            return null;
        }

        var filter = new ArimaFilter(prices.ToArray());
        var count = prices.Length;

        // Like statsmodels, the search uses -ar; the sign decides the direction of the forward difference.
        var found = LimitedMemoryBfgs.Minimize(Losses, [-Free(start.Ar), Free(start.Ma), Math.Sqrt(start.Variance)]);
        var (ar, ma, variance) = Parameters(found);
        var (logLikelihood, nextChange) = filter.Filter(Vector256.Create(ar), Vector256.Create(ma), Vector256.Create(variance));
        return Finite(new(ar, ma, variance, logLikelihood[0], prices[^1], nextChange[0]));

        // A point and its forward differences, one per lane.
        void Losses(ReadOnlySpan<double[]> points, Span<double> values)
        {
            Span<double> parameters = stackalloc double[3 * ArimaFilter.Lanes];
            for (var lane = 0; lane < ArimaFilter.Lanes; lane++)
            {
                (parameters[lane], parameters[ArimaFilter.Lanes + lane], parameters[2 * ArimaFilter.Lanes + lane]) = Parameters(
                    points[lane]
                );
            }

            var losses =
                -filter
                    .Filter(
                        Vector256.Create<double>(parameters),
                        Vector256.Create<double>(parameters[ArimaFilter.Lanes..]),
                        Vector256.Create<double>(parameters[(2 * ArimaFilter.Lanes)..])
                    )
                    .LogLikelihood / Vector256.Create((double)count);
            losses.CopyTo(values);
        }

        static (double Ar, double Ma, double Variance) Parameters(double[] at) => (-Bounded(at[0]), Bounded(at[1]), at[2] * at[2]);
    }

    private static ArimaFit? Finite(ArimaFit fit) =>
        double.IsFinite(fit.LogLikelihood) && double.IsFinite(fit.NextChange) && Math.Abs(fit.Ar) < 1 ? fit : null;

    private static double[]? Changes(ReadOnlySpan<double> prices)
    {
        if (prices.Length < MinPrices)
        {
            return null;
        }

        var changes = new double[prices.Length - 1];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = prices[i + 1] - prices[i];
        }

        return changes.Any(change => change != 0) ? changes : null;
    }

    /// <summary>Least squares twice: two lags give the residuals e, then d_t is regressed on d_(t-1) and e_(t-1).</summary>
    private static (double Ar, double Ma, double Variance)? HannanRissanen(double[] d)
    {
        var (a, b) = LeastSquares(d.AsSpan(2), d.AsSpan(1, d.Length - 2), d.AsSpan(0, d.Length - 2));
        var e = new double[d.Length];
        for (var t = 2; t < d.Length; t++)
        {
            e[t] = d[t] - a * d[t - 1] - b * d[t - 2];
        }

        var (ar, ma) = LeastSquares(d.AsSpan(3), d.AsSpan(2, d.Length - 3), e.AsSpan(2, d.Length - 3));
        var squares = 0d;
        for (var t = 4; t < d.Length; t++)
        {
            var residual = d[t] - ar * d[t - 1] - ma * e[t - 1];
            squares += residual * residual;
        }

        return squares > 0 ? (Math.Abs(ar) < 1 ? ar : 0, Math.Abs(ma) < 1 ? ma : 0, squares / (d.Length - 4)) : null;
    }

    /// <summary>Regresses y on two inputs; on the first only when they are collinear.</summary>
    private static (double First, double Second) LeastSquares(
        ReadOnlySpan<double> y,
        ReadOnlySpan<double> first,
        ReadOnlySpan<double> second
    )
    {
        var (aa, ab, bb, ay, by) = (0d, 0d, 0d, 0d, 0d);
        for (var i = 0; i < y.Length; i++)
        {
            aa += first[i] * first[i];
            ab += first[i] * second[i];
            bb += second[i] * second[i];
            ay += first[i] * y[i];
            by += second[i] * y[i];
        }

        var determinant = aa * bb - ab * ab;
        return determinant > 1e-12 * aa * bb
            ? ((ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant)
            : (aa > 0 ? ay / aa : 0, 0);
    }

    private static double Bounded(double u) => u / Math.Sqrt(1 + u * u);

    private static double Free(double coefficient) => coefficient / Math.Sqrt(1 - coefficient * coefficient);
}
