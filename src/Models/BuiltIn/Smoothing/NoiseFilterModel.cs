using System.Runtime.Intrinsics;

namespace Bittbridge.Models.BuiltIn.Smoothing;

/// <summary>
/// The slow level under heavy-tailed noise: a bank of local-level filters, each with its own step size of the level per 5 minutes (q) and
/// observation noise (r), both in CNY. In each filter the level may jump (one time in ten with four times the step) and an observation may
/// be an outlier (one in ten with eight times the noise). The four cases are weighted by the density of Student's t with three degrees of
/// freedom and collapsed to one mean and variance after every point: the generalized pseudo-Bayesian filter of first order [Ackerson and Fu
/// 1970; Harrison and Stevens 1976]. The bank is averaged by how well each filter predicted the observations. At every point a fixed share
/// of the weight is redistributed [Herbster and Warmuth 1998], so that the average adapts when the noise multiplies within a day. The level
/// ignores a spike and follows a lasting move one point later.
/// </summary>
public sealed class NoiseFilterModel() : SmoothedLevelModel(new("noise-filter", "1"))
{
    private const double JumpChance = 0.1;
    private const double JumpScale = 4;
    private const double OutlierChance = 0.1;
    private const double OutlierScale = 8;
    private const double Share = 0.01;

    /// <summary>After an hour without a point, the uncertainty of the level no longer grows.</summary>
    private const double MaxSteps = 12;

    private static readonly double[] StepSizes = [3e-5, 1e-4, 3e-4];
    private static readonly double[] NoiseSizes = [3e-5, 1e-4, 3e-4, 9e-4];

    private static readonly double StepMs = PriceSlot.Step.TotalMilliseconds;

    /// <summary>The probability, the factor of the step's variance, and the factor of the noise's variance.</summary>
    private static readonly (double Chance, double Step, double Noise)[] Cases =
    [
        ((1 - JumpChance) * (1 - OutlierChance), 1, 1),
        (JumpChance * (1 - OutlierChance), JumpScale * JumpScale, 1),
        ((1 - JumpChance) * OutlierChance, 1, OutlierScale * OutlierScale),
        (JumpChance * OutlierChance, JumpScale * JumpScale, OutlierScale * OutlierScale),
    ];

    protected override void Levels(PriceHistory history, Span<double> levels)
    {
        var times = history.TimesUnixMs;
        var prices = history.Prices;

        // A lane is one noise size; a row of the bank is one step size.
        var noise = Vector256.Create(NoiseSizes);
        noise *= noise;
        Span<Vector256<double>> mean = stackalloc Vector256<double>[StepSizes.Length];
        Span<Vector256<double>> variance = stackalloc Vector256<double>[StepSizes.Length];
        Span<Vector256<double>> weight = stackalloc Vector256<double>[StepSizes.Length];
        var even = Vector256.Create(1d / (StepSizes.Length * NoiseSizes.Length));
        var started = false;
        for (var i = 0; i < prices.Length; i++)
        {
            var level = prices[i];
            if (started)
            {
                var steps = Math.Clamp((times[i] - times[i - 1]) / StepMs, 1, MaxSteps);
                var total = 0d;
                for (var row = 0; row < StepSizes.Length; row++)
                {
                    weight[row] *= Update(prices[i], StepSizes[row] * StepSizes[row] * steps, noise, ref mean[row], ref variance[row]);
                    total += Vector256.Sum(weight[row]);
                }

                level = 0;
                for (var row = 0; row < StepSizes.Length; row++)
                {
                    weight[row] = weight[row] * ((1 - Share) / total) + even * Share;
                    level += Vector256.Sum(weight[row] * mean[row]);
                }

                // An extreme price (a jump by orders of magnitude) leaves no weight anywhere: restart from it.
                started = PricePoint.IsPrice(level);
                level = started ? level : prices[i];
            }

            if (!started)
            {
                mean.Fill(Vector256.Create(prices[i]));
                variance.Fill(noise);
                weight.Fill(even);
                started = true;
            }

            levels[i] = level;
        }
    }

    /// <summary>Passes an observation through four filters of one step size; returns the density that each gave it.</summary>
    private static Vector256<double> Update(
        double price,
        double step,
        Vector256<double> noise,
        ref Vector256<double> mean,
        ref Vector256<double> variance
    )
    {
        var surprise = Vector256.Create(price) - mean;
        var third = surprise * surprise / 3;
        var (density, first, second, within) = (
            Vector256<double>.Zero,
            Vector256<double>.Zero,
            Vector256<double>.Zero,
            Vector256<double>.Zero
        );
        foreach (var (chance, stepFactor, noiseFactor) in Cases)
        {
            var prior = variance + Vector256.Create(step * stepFactor);
            var spread = prior + noise * noiseFactor;
            var reach = spread + third;

            // One division for both 1 / spread and 1 / reach: divisions dominate the cost of this loop.
            var inverse = Vector256<double>.One / (spread * reach);
            var (gain, tail) = (prior * reach * inverse, spread * inverse);
            var weight = chance * spread * Vector256.Sqrt(spread) * tail * tail;
            var move = gain * surprise;
            density += weight;
            first += weight * move;
            second += weight * move * move;
            within += weight * (prior - gain * prior);
        }

        var moved = first / density;
        mean += moved;
        variance = within / density + Vector256.Max(second / density - moved * moved, Vector256<double>.Zero);
        return density;
    }
}
