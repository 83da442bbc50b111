namespace Bittbridge.Miner.Prices.Source;

/// <summary>An error in CoinGecko's answer.</summary>
/// <param name="Code">CoinGecko's own code, or an HTTP status in its place; null when there is none.</param>
/// <param name="Message">The code and the message, on one line; empty when there is neither.</param>
internal sealed record CoinGeckoError(int? Code, string Message);
