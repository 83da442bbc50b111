namespace Bittbridge.Models;

/// <summary>The price in an hour is the last known price: the forecast of a random walk, and the reference miner's API price model.</summary>
public sealed class LastPriceModel() : SmoothedLevelModel(new("last-price", "1"))
{
    protected override void Levels(ReadOnlySpan<double> prices, Span<double> levels) => prices.CopyTo(levels);
}
