namespace Bittbridge.Models.BuiltIn.Smoothing;

/// <summary>
/// The price in an hour is the last known price: the forecast of a random walk, and the reference miner's API price model.
/// </summary>
public sealed class LastPriceModel() : SmoothedLevelModel(new("last-price", "1"), window: 1)
{
    protected override void Levels(PriceHistory history, Span<double> levels) => history.Prices.CopyTo(levels);
}
