namespace Bittbridge.Models.Scoring;

/// <summary>
/// The scoring of the validator of the USDT/CNY era, to the last digit: it turns a round of answers into shares and weights. The best
/// answer's share is 1, the next one's 0.9, and so on; of equal answers the earlier in the round ranks first.
/// </summary>
public static class ValidatorScoring
{
    /// <summary>The share of a rank is this to the power of the rank; the best has rank 0.</summary>
    public const double Decay = 0.9;

    /// <summary>The weight of the newest round in a miner's moving average.</summary>
    public const double WeightRate = 0.00958;

    /// <summary>Shares by |price - actual| / actual, the lowest first; null without a price.</summary>
    public static double?[] PointShares(double actual, IReadOnlyList<Answer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Shares(answers, answer => Math.Abs(answer.Price!.Value - actual) / actual, answer => answer.Price is not null);
    }

    /// <summary>Shares by <see cref="IntervalScore"/>, the highest first; null when a bound is missing.</summary>
    public static double?[] IntervalShares(double actual, IReadOnlyList<Answer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Shares(
            answers,
            answer => -IntervalScore(actual, answer.Lower!.Value, answer.Upper!.Value),
            answer => answer is { Lower: not null, Upper: not null }
        );
    }

    /// <summary>Half of each share, a missing one counting 0; null when both are missing.</summary>
    public static double?[] CombinedShares(IReadOnlyList<double?> points, IReadOnlyList<double?> intervals) =>
        [
            .. points.Zip(
                intervals,
                (point, interval) => point is null && interval is null ? (double?)null : ((point ?? 0) + (interval ?? 0)) / 2
            ),
        ];

    /// <summary>
    /// 1 / (1 + 1000 · width) when the actual price is in the interval, bounds included; 0 when it is not, or when the bounds are reversed.
    /// </summary>
    public static double IntervalScore(double actual, double lower, double upper) =>
        lower <= actual && actual <= upper ? 1 / (1 + 1000 * (upper - lower)) : 0;

    /// <summary>The weights after a round: a moving average of the combined shares; a miner that did not answer has share 0.</summary>
    /// <param name="before">By miner; a missing one has 0.</param>
    /// <param name="combined">By miner, for those that answered.</param>
    public static Dictionary<TMiner, double> UpdateWeights<TMiner>(
        IReadOnlyDictionary<TMiner, double> before,
        IReadOnlyDictionary<TMiner, double> combined
    )
        where TMiner : notnull
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(combined);
        return before
            .Keys.Union(combined.Keys)
            .ToDictionary(
                miner => miner,
                miner => WeightRate * combined.GetValueOrDefault(miner) + (1 - WeightRate) * before.GetValueOrDefault(miner)
            );
    }

    private static double?[] Shares(IReadOnlyList<Answer> answers, Func<Answer, double> key, Func<Answer, bool> takesPart)
    {
        var shares = new double?[answers.Count];
        var rank = 0;

        // OrderBy is stable, like the validator's sort.
        foreach (var position in Enumerable.Range(0, answers.Count).Where(i => takesPart(answers[i])).OrderBy(i => key(answers[i])))
        {
            shares[position] = Math.Pow(Decay, rank++);
        }

        return shares;
    }
}
