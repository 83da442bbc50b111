namespace Bittbridge.Miner.Prices.Source;

/// <summary>An error as CoinGecko words it.</summary>
/// <param name="Code">Its own code, or an HTTP status in its place; null where it gave none.</param>
/// <param name="Message">The code and the message, on one line; empty where it gave neither.</param>
internal sealed record CoinGeckoError(int? Code, string Message);
