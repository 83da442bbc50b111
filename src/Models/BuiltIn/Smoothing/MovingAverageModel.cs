namespace Bittbridge.Models.BuiltIn.Smoothing;

/// <summary>
/// The mean of the last 12 points, about an hour, as in the reference miner; of all points when there are fewer.
/// </summary>
public sealed class MovingAverageModel() : SmoothedLevelModel(new("moving-average", "1"), Points)
{
    /// <summary>How many points are averaged.</summary>
    public const int Points = 12;

    protected override void Levels(PriceHistory history, Span<double> levels)
    {
        var prices = history.Prices;
        for (var i = 0; i < prices.Length; i++)
        {
            var from = Math.Max(0, i + 1 - Points);
            var sum = 0d;
            for (var j = from; j <= i; j++)
            {
                sum += prices[j];
            }

            levels[i] = sum / (i + 1 - from);
        }
    }
}
