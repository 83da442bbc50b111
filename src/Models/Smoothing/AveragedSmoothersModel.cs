using System.Runtime.Intrinsics;

namespace Bittbridge.Models;

/// <summary>
/// Eight exponential smoothers of different speed, averaged with weights that fall exponentially with each one's recent absolute one-hour errors: the
/// exponentially weighted average forecaster of [Cesa-Bianchi and Lugosi 2006, Prediction, Learning, and Games, ch. 2], with losses in units of a running
/// median error and a slow forgetting, so that the speed follows the noise.
/// <code>
///   S_k += max(A_k, 1 / (i + 1)) · (x_i - S_k)
///   once the truth y of an earlier origin j is known:  e_k = |S_k[j] - y|;  scale += .01 (median e - scale);  L_k = .999 L_k + e_k / max(scale, 5e-5)
///   forecast = Σ w_k S_k / Σ w_k,  w_k = exp(-.05 (L_k - min L))
/// </code>
/// </summary>
public sealed class AveragedSmoothersModel() : SmoothedLevelModel(new("averaged-smoothers", "1"), Window)
{
    /// <summary>How many points a forecast is made from: a third of it does nearly as well, twice as many no better.</summary>
    public const int Window = 300;

    private const int Count = 8;
    private const double FirstScale = 7e-4;
    private const double LeastScale = 5e-5;
    private const double ScaleRate = 0.01;
    private const double Memory = 0.999;
    private const double LearningRate = 0.05;

    private static readonly long HorizonMs = (long)Forecast.Horizon.TotalMilliseconds;

    private static ReadOnlySpan<double> Alphas => [0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1];

    protected override void Levels(PriceHistory history, Span<double> levels)
    {
        var times = history.TimesUnixMs;
        var prices = history.Prices;
        var alphas = Alphas;
        var smoothed = new double[Count * prices.Length];
        Span<double> current = stackalloc double[Count];
        Span<double> weights = stackalloc double[Count];
        var losses = new Losses(stackalloc double[Count], stackalloc double[Count]);
        weights.Fill(1);
        current.Fill(prices.IsEmpty ? 0 : prices[0]);

        var origin = 0;
        for (var i = 0; i < prices.Length; i++)
        {
            for (var k = 0; k < Count; k++)
            {
                current[k] += Math.Max(alphas[k], 1d / (i + 1)) * (prices[i] - current[k]);
            }

            current.CopyTo(smoothed.AsSpan(i * Count, Count));

            // The first point at or after the end of the hour settles it: no later one can be nearer.
            var known = false;
            for (; times[origin] + HorizonMs <= times[i]; origin++)
            {
                if (history.IndexNear(times[origin] + HorizonMs) is >= 0 and var truth)
                {
                    losses.Add(smoothed.AsSpan(origin * Count, Count), prices[truth]);
                    known = true;
                }
            }

            if (known)
            {
                losses.Weigh(weights);
            }

            var (sum, total) = (0d, 0d);
            for (var k = 0; k < Count; k++)
            {
                sum += weights[k] * current[k];
                total += weights[k];
            }

            levels[i] = sum / total;
        }
    }

    /// <summary>What each smoother's errors have come to.</summary>
    private ref struct Losses(Span<double> sums, Span<double> sorted)
    {
        private readonly Span<double> _sums = sums;
        private readonly Span<double> _sorted = sorted;
        private double _scale = FirstScale;

        public void Add(ReadOnlySpan<double> forecasts, double truth)
        {
            // Sorted as they come: eight errors that mostly rise or fall with the speed.
            for (var k = 0; k < Count; k++)
            {
                var error = Math.Abs(forecasts[k] - truth);
                var at = k;
                for (; at > 0 && _sorted[at - 1] > error; at--)
                {
                    _sorted[at] = _sorted[at - 1];
                }

                _sorted[at] = error;
            }

            _scale += ScaleRate * ((_sorted[Count / 2 - 1] + _sorted[Count / 2]) / 2 - _scale);
            var unit = Math.Max(_scale, LeastScale);
            for (var k = 0; k < Count; k++)
            {
                _sums[k] = Memory * _sums[k] + Math.Abs(forecasts[k] - truth) / unit;
            }
        }

        public readonly void Weigh(Span<double> weights)
        {
            var least = double.PositiveInfinity;
            foreach (var sum in _sums)
            {
                least = Math.Min(least, sum);
            }

            for (var k = 0; k < Count; k += Vector256<double>.Count)
            {
                var above = Vector256.Create<double>(_sums[k..]) - Vector256.Create(least);
                Vector256.Exp(-LearningRate * above).CopyTo(weights[k..]);
            }
        }
    }
}
