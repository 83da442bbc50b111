namespace Bittbridge.Miner.Prices.Source;

/// <summary>A reply of CoinGecko's server, whole and within bounds.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="IsJson">Whether it calls itself JSON.</param>
/// <param name="Body">Its body.</param>
/// <param name="RetryAfter">How long it asked to be left alone; null when it did not say.</param>
internal sealed record CoinGeckoReply(int Status, bool IsJson, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    /// <summary>Whether the body was left unread, since it is larger than any price list.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Too many calls, or the server's own trouble: another try may do better.</summary>
    public bool MayPass => Status is 429 or >= 500;
}
