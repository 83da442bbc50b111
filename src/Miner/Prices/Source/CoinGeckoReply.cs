namespace Bittbridge.Miner.Prices.Source;

/// <summary>A complete reply of CoinGecko's server, of limited size.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="IsJson">Whether its content type is JSON.</param>
/// <param name="Body">Its body.</param>
/// <param name="RetryAfter">The wait that it asked for; null when it asked for none.</param>
internal sealed record CoinGeckoReply(int Status, bool IsJson, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    /// <summary>Whether the body was not read, because it is larger than any price list.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Whether the failure is transient: too many calls, or a server error.</summary>
    public bool MayPass => Status is 429 or >= 500;
}
