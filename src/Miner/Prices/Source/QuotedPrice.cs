namespace Bittbridge.Miner.Prices.Source;

/// <summary>A price from a source, not validated.</summary>
/// <param name="Time">When, according to the source.</param>
/// <param name="Cny">CNY per USDT; null when missing.</param>
/// <param name="Usd">USD per USDT; null when missing.</param>
public readonly record struct QuotedPrice(DateTimeOffset Time, double? Cny, double? Usd = null);
