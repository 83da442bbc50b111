namespace Bittbridge.Models.Scoring;

/// <summary>
/// How the validator of the USDT/CNY era turns a round of answers into shares and weights, to the last digit: the best answer's share is 1,
/// the next one's 0.9, and so on; of equal answers the earlier in the round ranks first.
/// </summary>
public static class ValidatorScoring
{
    /// <summary>The share of a rank is this to the power of the rank, the best being rank 0.</summary>
    public const double Decay = 0.9;

    /// <summary>The weight of the newest round in a miner's moving average.</summary>
    public const double WeightRate = 0.00958;

    /// <summary>Shares by |price - actual| / actual, the least first; null where there is no price.</summary>
    public static double?[] PointShares(double actual, IReadOnlyList<Answer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Shares(answers, answer => Math.Abs(answer.Price!.Value - actual) / actual, answer => answer.Price is not null);
    }

    /// <summary>Shares by <see cref="IntervalScore"/>, the highest first; null where a bound is missing.</summary>
    public static double?[] IntervalShares(double actual, IReadOnlyList<Answer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Shares(
            answers,
            answer => -IntervalScore(actual, answer.Lower!.Value, answer.Upper!.Value),
            answer => answer is { Lower: not null, Upper: not null }
        );
    }

    /// <summary>Half of each share, a missing one counting 0; null where both are missing.</summary>
    public static double?[] CombinedShares(double actual, IReadOnlyList<Answer> answers) =>
        [
            .. PointShares(actual, answers)
                .Zip(
                    IntervalShares(actual, answers),
                    (point, interval) => point is null && interval is null ? (double?)null : ((point ?? 0) + (interval ?? 0)) / 2
                ),
        ];

    /// <summary>
    /// 1 / (1 + 1000 · width) where the actual price lies in the interval, bounds included; 0 where it does not, or the interval is upside
    /// down.
    /// </summary>
    public static double IntervalScore(double actual, double lower, double upper) =>
        lower <= actual && actual <= upper ? 1 / (1 + 1000 * (upper - lower)) : 0;

    /// <summary>The weights after a round: a moving average of the combined shares, in which a miner that did not answer had 0.</summary>
    /// <param name="before">By miner; one that is not there has 0.</param>
    /// <param name="combined">By miner, of those that answered.</param>
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

        // OrderBy keeps the order of equals, as the validator's sort does.
        foreach (var position in Enumerable.Range(0, answers.Count).Where(i => takesPart(answers[i])).OrderBy(i => key(answers[i])))
        {
            shares[position] = Math.Pow(Decay, rank++);
        }

        return shares;
    }
}
