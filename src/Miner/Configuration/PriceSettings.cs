using Bittbridge.Miner.Prices.Source;

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

    /// <summary>Null: there is no source of the offshore rate.</summary>
    public string? TwelveDataApiKey { get; init; }

    /// <summary>Null: the public host.</summary>
    public Uri? TwelveDataBaseAddress { get; init; }

    /// <summary>When prices are polled: a six-field NCRONTAB expression in UTC.</summary>
    public string Schedule { get; init; } = "45 4-59/5 * * * *";

    /// <summary>Whether the offshore rate is polled. Simulated and replayed prices have no real rate.</summary>
    public bool HasRates => TwelveDataApiKey is not null && Source == CoinGecko;

    internal static PriceSettings Read(SettingValues values, bool development) =>
        new()
        {
            Source = ReadSource(values, development),
            CoinGeckoApiKey =
                values.OptionalSecret(SettingNames.CoinGeckoApiKey)
                ?? values.OptionalSecret(SettingNames.CoinGeckoApiKeyOfTheReferenceMiner),
            CoinGeckoBaseAddress = BaseAddress(values, SettingNames.CoinGeckoBaseAddress, "https://api.coingecko.com/api/v3"),
            TwelveDataApiKey = values.OptionalSecret(SettingNames.TwelveDataApiKey),
            TwelveDataBaseAddress = BaseAddress(values, SettingNames.TwelveDataBaseAddress, "https://api.twelvedata.com"),
            Schedule = values.Schedule(SettingNames.PricesSchedule, "45 4-59/5 * * * *"),
        };

    private static string ReadSource(SettingValues values, bool development)
    {
        var source = values.Path(SettingNames.PricesSource) ?? CoinGecko;
        if (source == CoinGecko)
        {
            return source;
        }

        if (!development)
        {
            values.Refuse(
                SettingNames.PricesSource,
                source,
                "simulated and recorded prices are for Development only, so set it to coingecko, or start with "
                    + "ASPNETCORE_ENVIRONMENT=Development"
            );
            return CoinGecko;
        }

        if (source == Simulated)
        {
            return source;
        }

        if (!File.Exists(source))
        {
            values.Add(
                SettingNames.PricesSource,
                Shown.PathValue(source),
                "set it to coingecko, simulated, or the path of an existing CSV file with the columns timestamp_utc,close"
            );
            return CoinGecko;
        }

        if (PriceCsv.Read(source, out var problem) is null)
        {
            values.Add(
                SettingNames.PricesSource,
                Shown.PathValue(source),
                "correct the file, or name another one",
                detail: $"which can't be used ({problem!.TrimEnd('.')})"
            );
            return CoinGecko;
        }

        return source;
    }

    private static Uri? BaseAddress(SettingValues values, string setting, string example)
    {
        if (values.Text(setting) is not { } text)
        {
            return null;
        }

        if (
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0
        )
        {
            return uri;
        }

        values.Refuse(setting, text, $"set it to a URL such as {example}, without login and query");
        return null;
    }
}
