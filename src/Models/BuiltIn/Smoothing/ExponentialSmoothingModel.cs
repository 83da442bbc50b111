namespace Bittbridge.Models.BuiltIn.Smoothing;

/// <summary>Simple exponential smoothing [Brown 1959]: level += alpha · (price - level), started at the first price.</summary>
public sealed class ExponentialSmoothingModel() : SmoothedLevelModel(new("exponential-smoothing", "1"))
{
    /// <summary>The weight of the newest price: the best of those measured on recorded USDT/CNY prices at 5-minute steps.</summary>
    public const double Alpha = 0.6;

    protected override void Levels(PriceHistory history, Span<double> levels) => Smooth(history.Prices, Alpha, levels);

    /// <summary>The smoothed level after each price.</summary>
    /// <param name="prices">CNY per USDT, oldest first.</param>
    /// <param name="alpha">The weight of the newest price, above 0 and at most 1.</param>
    /// <param name="levels">Receives a level for each price.</param>
    public static void Smooth(ReadOnlySpan<double> prices, double alpha, Span<double> levels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alpha, 1);
        var level = prices.IsEmpty ? 0 : prices[0];
        for (var i = 0; i < prices.Length; i++)
        {
            level += alpha * (prices[i] - level);
            levels[i] = level;
        }
    }
}
