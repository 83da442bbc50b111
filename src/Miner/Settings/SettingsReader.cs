using System.Text.RegularExpressions;
using Bittbridge.Bittensor;
using Bittbridge.Models;
using Bittbridge.Onnx;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace Bittbridge.Miner;

/// <summary>Reads the settings once, at start, and refuses what can't be used.</summary>
public static partial class SettingsReader
{
    /// <exception cref="SettingsException">A value can't be used; the message names the setting, the value and the remedy.</exception>
    public static MinerSettings Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var values = new SettingValues(configuration);
        var development = MinerEnvironment.IsDevelopment(configuration);
        var access = Access(values, development);
        return new()
        {
            Hotkey = Hotkey(values, access),
            Access = access,
            Replay = values.Choice(SettingNames.Replay, ReplayMode.Durable),
            Limits = new((int)values.Number(SettingNames.PerCallerPerMinute, 60, 0, 100_000, whole: true), (int)values.Number(SettingNames.PerSecond, 200, 0, 100_000, whole: true)),
            ValidatorsMaxAge = TimeSpan.FromHours(values.Number(SettingNames.ValidatorsMaxAgeHours, 24, 1, 24 * 30)),
            Netuid = (ushort)values.Number(SettingNames.Netuid, 420, 0, ushort.MaxValue, whole: true),
            Network = Network(values),
            Storage = Storage(values, development),
            Prices = Prices(values, development),
            HousekeepingSchedule = Schedule(values, SettingNames.HousekeepingSchedule, "30 7 * * * *"),
            Model = Model(values),
            LinearModel = LinearModel(values),
            Aim = values.Choice(SettingNames.Aim, IntervalAim.Coverage),
            KeepsOwnIntervals = values.Either(SettingNames.Intervals, "own", "calibrated"),
            LearnsFromErrors = values.Either(SettingNames.Learning, "on", "off"),
            Level = values.Number(SettingNames.Level, 0.90, 0.5, 0.999),
            Budget = TimeSpan.FromMilliseconds(values.Number(SettingNames.BudgetMs, 800, 20, 10_000, whole: true)),
            TimestampTolerance = TimeSpan.FromMinutes(values.Number(SettingNames.TimestampToleranceMinutes, 10, 1, 24 * 60)),
            ForecastRetentionDays = (int)values.Number(SettingNames.ForecastRetentionDays, 90, 1, 3650, whole: true),
            OperatorToken = OperatorToken(values),
            IsDevelopment = development,
        };
    }

    /// <summary>The storage settings alone, for a program that needs no others.</summary>
    /// <exception cref="SettingsException">A value can't be used.</exception>
    public static StorageSettings ReadStorage(IConfiguration configuration) => Storage(new(configuration), MinerEnvironment.IsDevelopment(configuration));

    /// <summary>Names in the section that no setting has: most likely a slip of the pen.</summary>
    public static IReadOnlyList<string> UnknownNames(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return [.. configuration.GetSection(SettingNames.Section).AsEnumerable(makePathsRelative: true)
            .Where(pair => pair.Value is not null && !SettingNames.All.Contains(pair.Key, StringComparer.OrdinalIgnoreCase))
            .Select(pair => pair.Key).Order(StringComparer.Ordinal)];
    }

    private static AccessMode Access(SettingValues values, bool development)
    {
        var access = values.Choice(SettingNames.Access, AccessMode.Permit);
        return access != AccessMode.Open || development
            ? access
            : throw SettingValues.Unusable(SettingNames.Access, values.Text(SettingNames.Access)!, "answering whoever calls is for Development only, so set it to permit, registered or signed, or start with ASPNETCORE_ENVIRONMENT=Development");
    }

    // A signature is bound to the miner it was made for, so without an address none can be checked.
    private static string? Hotkey(SettingValues values, AccessMode access) => values.Text(SettingNames.Hotkey) switch
    {
        null when access == AccessMode.Open => null,
        null => throw new SettingsException("The setting Bittbridge:Hotkey is missing: set it to the ss58 address of the miner's hotkey, which starts with 5 and is public: 'btcli wallet list' shows it."),
        var text when Ss58Address.TryParse(text, out var address) && address.Format == Ss58Address.BittensorFormat && !address.PublicKey.IsZero => text,
        var text => throw SettingValues.Unusable(SettingNames.Hotkey, text, "set it to the ss58 address of the miner's hotkey, which starts with 5 and is public"),
    };

    private static string Network(SettingValues values)
    {
        var text = values.Text(SettingNames.Network) ?? "test";
        return ChainEndpoints.TryParse(text, out _, out _)
            ? text
            : throw SettingValues.Unusable(SettingNames.Network, text, "set it to test, finney, local, or to http(s) or ws(s) URLs separated by commas");
    }

    private static StorageSettings Storage(SettingValues values, bool development)
    {
        var prefix = values.Text(SettingNames.TablePrefix) ?? "";
        if (prefix.Length > 0 && !TablePrefixPattern().IsMatch(prefix))
        {
            throw SettingValues.Unusable(SettingNames.TablePrefix, prefix, "use 1 to 20 letters and digits, a letter first");
        }

        var location = values.Text(SettingNames.Storage) ?? (development ? "UseDevelopmentStorage=true" : null)
            ?? throw new SettingsException("The setting Bittbridge:Storage is missing: set it to a storage account's name (reached with a managed identity) or to a connection string.");
        if (!location.Contains('=', StringComparison.Ordinal) && !AccountNamePattern().IsMatch(location))
        {
            throw SettingValues.Unusable(SettingNames.Storage, location, "set it to a storage account's name (3 to 24 small letters and digits) or to a connection string");
        }

        return new(location, prefix);
    }

    private static PriceSettings Prices(SettingValues values, bool development)
    {
        var source = values.Text(SettingNames.PricesSource) ?? PriceSettings.CoinGecko;
        if (source != PriceSettings.CoinGecko && !development)
        {
            throw SettingValues.Unusable(SettingNames.PricesSource, source, "prices that are not real are for Development only, so set it to coingecko, or start with ASPNETCORE_ENVIRONMENT=Development");
        }

        if (source is not PriceSettings.CoinGecko and not PriceSettings.Simulated && !File.Exists(source))
        {
            throw SettingValues.Unusable(SettingNames.PricesSource, source, "set it to coingecko, simulated, or the path of a CSV file with the columns timestamp_utc,close that is there");
        }

        var address = values.Text(SettingNames.CoinGeckoBaseAddress);
        Uri? uri = null;
        if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out uri) && uri.Scheme is "http" or "https"))
        {
            throw SettingValues.Unusable(SettingNames.CoinGeckoBaseAddress, address, "set it to a URL such as https://api.coingecko.com/api/v3");
        }

        return new()
        {
            Source = source,
            CoinGeckoApiKey = values.Secret(SettingNames.CoinGeckoApiKey) ?? values.SecretAtRoot(SettingNames.CoinGeckoApiKeyOfTheReferenceMiner),
            CoinGeckoBaseAddress = uri,
            Schedule = Schedule(values, SettingNames.PricesSchedule, "45 4-59/5 * * * *"),
        };
    }

    private static string? OperatorToken(SettingValues values) =>
        values.Secret(SettingNames.OperatorToken) is not { } token || token.Length >= OperatorAccess.MinTokenLength
            ? values.Secret(SettingNames.OperatorToken)
            : throw new SettingsException(
                $"The setting Bittbridge:{SettingNames.OperatorToken} has {token.Length} characters: give it {OperatorAccess.MinTokenLength} or more, such as the output of 'openssl rand -hex 32'.");

    private static string Model(SettingValues values)
    {
        var name = values.Text(SettingNames.Model) ?? MinerSettings.DefaultModel;
        return ModelChoice.TryParse(name, out _) || OnnxFolder.IsPath(name)
            ? name
            : throw SettingValues.Unusable(SettingNames.Model, name, $"set it to a model's name, such as {MinerSettings.DefaultModel}, to the path of a folder with a model.json, such as ./my-model, to name@version, or to name@version! to keep to it whatever was activated");
    }

    private static string? LinearModel(SettingValues values) =>
        values.Text(SettingNames.LinearModel) is not { } path || File.Exists(path)
            ? values.Text(SettingNames.LinearModel)
            : throw SettingValues.Unusable(SettingNames.LinearModel, path, "set it to the path of a file that 'bittbridge fit' made");

    private static string Schedule(SettingValues values, string name, string byDefault)
    {
        var text = values.TextAtRoot(name) ?? byDefault;
        return CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is null
            ? throw new SettingsException($"The setting {name} is '{text}': set it to a six-field NCRONTAB expression (second minute hour day month weekday), such as {byDefault}.")
            : text;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]{0,19}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TablePrefixPattern();

    [GeneratedRegex(@"\A[a-z0-9]{3,24}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountNamePattern();
}
