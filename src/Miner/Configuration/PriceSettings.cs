namespace Bittbridge.Miner.Configuration;

/// <summary>Where prices come from.</summary>
public sealed record PriceSettings
{
    /// <summary>The <see cref="Source"/> of real prices.</summary>
    public const string CoinGecko = "coingecko";

    /// <summary>The <see cref="Source"/> of simulated prices.</summary>
    public const string Simulated = "simulated";

    /// <summary>
    /// <c>coingecko</c>, <c>simulated</c>, or the path of a CSV (<c>timestamp_utc,close</c>) that is replayed as if it ended now.
    /// </summary>
    public string Source { get; init; } = CoinGecko;

    /// <summary>Null: CoinGecko is called without a key.</summary>
    public string? CoinGeckoApiKey { get; init; }

    /// <summary>Null: the public host for this kind of key.</summary>
    public Uri? CoinGeckoBaseAddress { get; init; }

    /// <summary>When prices are polled: a six-field NCRONTAB expression in UTC.</summary>
    public string Schedule { get; init; } = "45 4-59/5 * * * *";
}
