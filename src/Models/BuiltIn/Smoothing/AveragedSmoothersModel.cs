using System.Buffers;
using System.Runtime.Intrinsics;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.BuiltIn.Smoothing;

/// <summary>
/// Eight exponential smoothers of different speeds, averaged with weights that fall exponentially with each one's recent absolute one-hour
/// errors: the exponentially weighted average forecaster of [Cesa-Bianchi and Lugosi 2006, Prediction, Learning, and Games, ch. 2]. Losses
/// are in units of a running median error and decay within about eight hours, so the speed adapts to the noise.
/// <code>
///   S_k += max(A_k, 1 / (i + 1)) · (x_i - S_k)
///   once the truth y of an earlier origin j is known:  e_k = |S_k[j] - y|;  scale += .01 (median e - scale);
///   L_k = .99 L_k + e_k / max(scale, 5e-5)
///   forecast = Σ w_k S_k / Σ w_k,  w_k = exp(-.1 (L_k - min L))
/// </code>
/// </summary>
public sealed class AveragedSmoothersModel() : SmoothedLevelModel(new("averaged-smoothers", "1"))
{
    private const int Count = 8;
    private const double FirstScale = 7e-4;
    private const double MinScale = 5e-5;
    private const double ScaleRate = 0.01;
    private const double Memory = 0.99;
    private const double LearningRate = 0.1;

    private static ReadOnlySpan<double> Alphas => [0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1];

    protected override void Levels(PriceHistory history, Span<double> levels)
    {
        var prices = history.Prices;
        if (prices.IsEmpty)
        {
            return;
        }

        // Four smoothers per vector, the slower half first.
        var (slowRate, fastRate) = (Vector256.Create(Alphas), Vector256.Create(Alphas[Vector256<double>.Count..]));
        var slow = Vector256.Create(prices[0]);
        var fast = slow;
        var (slowWeight, fastWeight) = (Vector256<double>.One, Vector256<double>.One);
        var losses = new Losses(stackalloc double[Count]);
        var hours = new MaturedForecasts(history.TimesUnixMs);
        var pooled = ArrayPool<Vector256<double>>.Shared.Rent(2 * prices.Length);
        var smoothed = pooled.AsSpan();
        for (var i = 0; i < prices.Length; i++)
        {
            var (price, first) = (Vector256.Create(prices[i]), Vector256.Create(1d / (i + 1)));
            slow += Vector256.Max(slowRate, first) * (price - slow);
            fast += Vector256.Max(fastRate, first) * (price - fast);
            (smoothed[2 * i], smoothed[2 * i + 1]) = (slow, fast);

            var known = false;
            while (hours.TryNext(i, out var origin, out var truth))
            {
                if (truth >= 0)
                {
                    losses.Add(smoothed[2 * origin], smoothed[2 * origin + 1], Vector256.Create(prices[truth]));
                    known = true;
                }
            }

            if (known)
            {
                (slowWeight, fastWeight) = losses.Weights();
            }

            levels[i] = Vector256.Sum(slowWeight * slow + fastWeight * fast) / Vector256.Sum(slowWeight + fastWeight);
        }

        ArrayPool<Vector256<double>>.Shared.Return(pooled);
    }

    /// <summary>The decayed loss of each smoother.</summary>
    private ref struct Losses(Span<double> sorted)
    {
        private readonly Span<double> _sorted = sorted;
        private Vector256<double> _slow;
        private Vector256<double> _fast;
        private double _scale = FirstScale;

        public void Add(Vector256<double> slow, Vector256<double> fast, Vector256<double> truth)
        {
            var (slowError, fastError) = (Vector256.Abs(slow - truth), Vector256.Abs(fast - truth));
            slowError.CopyTo(_sorted);
            fastError.CopyTo(_sorted[Vector256<double>.Count..]);
            _scale += ScaleRate * (Median() - _scale);
            var unit = Vector256.Create(1 / Math.Max(_scale, MinScale));
            _slow = Memory * _slow + slowError * unit;
            _fast = Memory * _fast + fastError * unit;
        }

        public readonly (Vector256<double> Slow, Vector256<double> Fast) Weights()
        {
            var lesser = Vector256.Min(_slow, _fast);
            var least = Vector256.Create(Math.Min(Math.Min(lesser[0], lesser[1]), Math.Min(lesser[2], lesser[3])));
            return (Vector256.Exp(-LearningRate * (_slow - least)), Vector256.Exp(-LearningRate * (_fast - least)));
        }

        /// <summary>Insertion sort of the eight errors, which are mostly monotonic in the speed.</summary>
        private readonly double Median()
        {
            for (var k = 1; k < Count; k++)
            {
                var error = _sorted[k];
                var at = k;
                for (; at > 0 && _sorted[at - 1] > error; at--)
                {
                    _sorted[at] = _sorted[at - 1];
                }

                _sorted[at] = error;
            }

            return (_sorted[Count / 2 - 1] + _sorted[Count / 2]) / 2;
        }
    }
}
