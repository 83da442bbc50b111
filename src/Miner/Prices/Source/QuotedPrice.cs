namespace Bittbridge.Miner.Prices.Source;

/// <summary>A price as a source quotes it: anything at all.</summary>
/// <param name="Time">When, as it says.</param>
/// <param name="Cny">CNY per USDT; null where it said none.</param>
/// <param name="Usd">USD per USDT; null where it said none.</param>
public readonly record struct QuotedPrice(DateTimeOffset Time, double? Cny, double? Usd = null);
