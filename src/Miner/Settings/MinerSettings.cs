namespace Bittbridge.Miner;

/// <summary>What the user can set, read once from the section <c>Bittbridge</c> and valid by the time anything sees it (see the settings reader).</summary>
public sealed record MinerSettings
{
    /// <summary>The miner's own ss58 address; null where none is set.</summary>
    public string? Hotkey { get; init; }

    /// <summary>The subnet's number on the chain.</summary>
    public ushort Netuid { get; init; } = 420;

    /// <summary><c>test</c>, <c>finney</c>, <c>local</c>, or one or more http(s)/ws(s) URLs separated by commas.</summary>
    public string Network { get; init; } = "test";

    public required StorageSettings Storage { get; init; }

    public PriceSettings Prices { get; init; } = new();

    /// <summary>The name of the model that answers.</summary>
    public string Model { get; init; } = "exponential-smoothing";

    /// <summary>The share of hours that an interval should hold.</summary>
    public double Level { get; init; } = 0.90;

    /// <summary>How long an answer may take in all.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>How far a challenge's timestamp may be from the miner's clock.</summary>
    public TimeSpan TimestampTolerance { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many days a recorded forecast is kept.</summary>
    public int ForecastRetentionDays { get; init; } = 90;

    /// <summary>Whether the environment is Development; anything else is production.</summary>
    public bool IsDevelopment { get; init; }
}

/// <summary>Where the miner's state lives.</summary>
/// <param name="Location">A connection string, or the name of a storage account that is reached with a managed identity.</param>
/// <param name="TablePrefix">Stands before every table's name, so that several miners can share an account; empty for none.</param>
public sealed record StorageSettings(string Location, string TablePrefix = "");

/// <summary>Where prices come from.</summary>
public sealed record PriceSettings
{
    /// <summary><c>coingecko</c>, <c>simulated</c>, or the path of a CSV (<c>timestamp_utc,close</c>) that is played as if it ended now.</summary>
    public string Source { get; init; } = "coingecko";

    /// <summary>Null: CoinGecko is called without a key.</summary>
    public string? CoinGeckoApiKey { get; init; }

    /// <summary>Null: the public host that goes with the kind of key.</summary>
    public Uri? CoinGeckoBaseAddress { get; init; }

    /// <summary>When prices are polled: a six-field NCRONTAB expression in UTC.</summary>
    public string Schedule { get; init; } = "45 4-59/5 * * * *";
}
