using System.Text.RegularExpressions;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace Bittbridge.Miner.Configuration;

/// <summary>Reads the settings once, at start, and finds all problems at once.</summary>
public static partial class SettingsReader
{
    /// <summary>
    /// Reads all settings and parses each completely: connection strings, URLs, schedules and files. Never throws for a value.
    /// </summary>
    public static SettingsReading Examine(IConfiguration configuration)
    {
        var values = new SettingValues(configuration);
        var development = MinerEnvironment.IsDevelopment(configuration);
        var access = Access(values, development);
        var settings = new MinerSettings
        {
            Hotkey = Hotkey(values, access),
            Access = access,
            Ed25519Callers = Ed25519Callers(values),
            Replay = values.Choice(SettingNames.Replay, ReplayMode.Durable),
            Limits = Limits(values),
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
            Dashboard = values.Choice(SettingNames.Dashboard, DashboardMode.On),
            Metrics = values.Choice(SettingNames.Metrics, MetricsEndpoint.Off),
            IsDevelopment = development,
        };
        return new(
            settings,
            [
                .. values.Problems.Where(problem => !problem.IsWarning),
                .. LoggingSettings.Problems(configuration),
                .. values.Problems.Where(problem => problem.IsWarning),
                .. UnknownNames(configuration),
            ]
        );
    }

    /// <exception cref="SettingsException">Values can't be used; it names all of them.</exception>
    public static MinerSettings Read(IConfiguration configuration) => Examine(configuration).Usable();

    /// <summary>The storage settings alone, for a program that needs no others.</summary>
    /// <exception cref="SettingsException">A value can't be used.</exception>
    public static StorageSettings ReadStorage(IConfiguration configuration)
    {
        var values = new SettingValues(configuration);
        var storage = Storage(values, MinerEnvironment.IsDevelopment(configuration));
        return values.Problems.Count == 0 ? storage : throw new SettingsException(values.Problems);
    }

    /// <summary>
    /// Names in or near the section that no setting has: most likely typing errors, each with the likely intended name.
    /// </summary>
    public static IReadOnlyList<SettingProblem> UnknownNames(IConfiguration configuration)
    {
        var known = SettingNames.All.Select(SettingNames.Full).ToList();
        return
        [
            .. configuration
                .AsEnumerable()
                .Where(pair =>
                    pair.Value is not null
                    && IsMeantForTheMiner(pair.Key, known)
                    && !known.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)
                )
                .Select(pair => pair.Key)
                .Order(StringComparer.Ordinal)
                .Select(name => new SettingProblem(
                    Shown.Secret(name) is null ? name : "Bittbridge:… (a name that may hold a secret)",
                    null,
                    NearestName.Of(name, known) is { } near
                        ? $"did you mean {near}" + "? Rename it, or remove it"
                        : "check its spelling in docs/settings.md, or remove it"
                )
                {
                    IsWarning = true,
                    IsUnknownName = true,
                }),
        ];
    }

    // Variables such as BITTBRIDGE_TEST_… are read by other programs, so one outside the section is reported only where it resembles a
    // setting.
    private static bool IsMeantForTheMiner(string name, IReadOnlyList<string> known)
    {
        var first = name.Split(':', 2)[0];
        return (name.Contains(':', StringComparison.Ordinal) && NearestName.Of(first, [SettingNames.Section]) is not null)
            || (first.StartsWith("BITTBRIDGE_", StringComparison.OrdinalIgnoreCase) && NearestName.Of(name, known) is not null);
    }

    private static AccessMode Access(SettingValues values, bool development)
    {
        var access = values.Choice(SettingNames.Access, AccessMode.Permit);
        if (access == AccessMode.Open && !development)
        {
            values.Refuse(
                SettingNames.Access,
                values.Text(SettingNames.Access)!,
                "an open miner is for Development only, so set it to permit, registered or signed, or start with "
                    + "ASPNETCORE_ENVIRONMENT=Development"
            );
        }

        return access;
    }

    // A signature is bound to the address of the miner, so without an address none can be verified.
    private static string? Hotkey(SettingValues values, AccessMode access)
    {
        var before = values.Problems.Count;
        if (values.Text(SettingNames.Hotkey) is not { } text)
        {
            if (access != AccessMode.Open && values.Problems.Count == before)
            {
                values.Add(
                    new(
                        SettingNames.Full(SettingNames.Hotkey),
                        null,
                        "set it to the ss58 address of the miner's hotkey, which starts with 5 and is public ('btcli wallet list' shows it)"
                    )
                );
            }

            return null;
        }

        if (Ss58Address.TryParse(text, out var address) && address.Format == Ss58Address.BittensorFormat && !address.PublicKey.IsZero)
        {
            return text;
        }

        values.Refuse(
            SettingNames.Hotkey,
            text,
            "set it to the ss58 address of the miner's hotkey, which starts with 5 and is public"
                + (Shown.Secret(text) is null ? "" : "; the miner needs no secret, so remove it from the settings")
        );
        return null;
    }

    private static LimitSettings Limits(SettingValues values) =>
        new(
            (int)values.Number(SettingNames.PerCallerPerMinute, 60, 0, 100_000, whole: true),
            (int)values.Number(SettingNames.PerSecond, 200, 0, 100_000, whole: true),
            (int)values.Number(SettingNames.Connections, 2000, 16, 1_000_000, whole: true),
            (int)values.Number(SettingNames.ConnectionsPerAddress, 64, 0, 1_000_000, whole: true)
        );

    private static PublicKey[] Ed25519Callers(SettingValues values)
    {
        if (values.Text(SettingNames.Ed25519Callers) is not { } text)
        {
            return [];
        }

        List<PublicKey> keys = [];
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
        {
            if (
                Ss58Address.TryParse(entries[i], out var address)
                && address.Format == Ss58Address.BittensorFormat
                && !address.PublicKey.IsZero
            )
            {
                keys.Add(address.PublicKey);
            }
            else
            {
                values.Add(
                    new(
                        SettingNames.Full(SettingNames.Ed25519Callers),
                        "a list (not shown)",
                        "set it to ss58 addresses of format 42, which start with 5, separated by commas"
                    )
                    {
                        Detail = $"whose entry {i + 1} is not a hotkey",
                    }
                );
            }
        }

        return [.. keys];
    }

    private static string Network(SettingValues values)
    {
        const string ByDefault = "test";
        var text = values.Text(SettingNames.Network) ?? ByDefault;
        if (ChainEndpoints.TryParse(text, out _, out _))
        {
            return text;
        }

        var shown = Shown.Network(text);
        values.Add(
            new(
                SettingNames.Full(SettingNames.Network),
                shown == text ? $"'{text}'" : shown,
                "set it to test, finney, local, or to http(s) or ws(s) URLs separated by commas"
            )
        );
        return ByDefault;
    }

    private static StorageSettings Storage(SettingValues values, bool development)
    {
        const string Emulator = "UseDevelopmentStorage=true";
        var prefix = values.Text(SettingNames.TablePrefix) ?? "";
        if (prefix.Length > 0 && !TablePrefixPattern().IsMatch(prefix))
        {
            values.Refuse(SettingNames.TablePrefix, prefix, "use 1 to 20 letters and digits, a letter first");
            prefix = "";
        }

        var before = values.Problems.Count;
        var location = values.Text(SettingNames.Storage);
        if (location is null && !development && values.Problems.Count == before)
        {
            values.Add(
                new(
                    SettingNames.Full(SettingNames.Storage),
                    null,
                    "set it to a storage account's name (reached with a managed identity) or to a connection string"
                )
            );
        }
        else if (location is not null && StorageLocation.Problem(location) is var (value, remedy))
        {
            values.Add(new(SettingNames.Full(SettingNames.Storage), value, remedy));
            location = null;
        }

        return new(location ?? Emulator, prefix);
    }

    private static PriceSettings Prices(SettingValues values, bool development) =>
        new()
        {
            Source = PriceSource(values, development),
            CoinGeckoApiKey =
                values.OptionalSecret(SettingNames.CoinGeckoApiKey)
                ?? values.OptionalSecret(SettingNames.CoinGeckoApiKeyOfTheReferenceMiner),
            CoinGeckoBaseAddress = BaseAddress(values),
            Schedule = Schedule(values, SettingNames.PricesSchedule, "45 4-59/5 * * * *"),
        };

    private static string PriceSource(SettingValues values, bool development)
    {
        var source = values.Path(SettingNames.PricesSource) ?? PriceSettings.CoinGecko;
        if (source == PriceSettings.CoinGecko)
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
            return PriceSettings.CoinGecko;
        }

        if (source == PriceSettings.Simulated)
        {
            return source;
        }

        if (!File.Exists(source))
        {
            values.Add(
                new(
                    SettingNames.Full(SettingNames.PricesSource),
                    Shown.PathValue(source),
                    "set it to coingecko, simulated, or the path of an existing CSV file with the columns timestamp_utc,close"
                )
            );
            return PriceSettings.CoinGecko;
        }

        if (PriceCsv.Read(source, out var problem) is null)
        {
            values.Add(
                new(SettingNames.Full(SettingNames.PricesSource), Shown.PathValue(source), "correct the file, or name another one")
                {
                    Detail = $"which can't be used ({problem!.TrimEnd('.')})",
                }
            );
            return PriceSettings.CoinGecko;
        }

        return source;
    }

    private static Uri? BaseAddress(SettingValues values)
    {
        if (values.Text(SettingNames.CoinGeckoBaseAddress) is not { } text)
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

        values.Refuse(
            SettingNames.CoinGeckoBaseAddress,
            text,
            "set it to a URL such as https://api.coingecko.com/api/v3, without login and query"
        );
        return null;
    }

    private static string? OperatorToken(SettingValues values)
    {
        var token = values.OptionalSecret(SettingNames.OperatorToken);
        if (token is null || token.Length >= OperatorAccess.MinTokenLength)
        {
            return token;
        }

        values.Add(
            new(
                SettingNames.Full(SettingNames.OperatorToken),
                $"a text of {token.Length} characters (not shown)",
                $"give it {OperatorAccess.MinTokenLength} or more, such as the output of 'openssl rand -hex 32'"
            )
        );
        return null;
    }

    private static string Model(SettingValues values)
    {
        var name = values.Path(SettingNames.Model) ?? MinerSettings.DefaultModel;
        if (!PackageReader.IsPath(name))
        {
            if (ModelChoice.TryParse(name, out _))
            {
                return name;
            }

            values.Refuse(
                SettingNames.Model,
                name,
                $"set it to a model's name, such as {MinerSettings.DefaultModel}, to the path of a folder with a model.json, such as "
                    + "./my-model, to name@version, or to name@version! to override any activated version"
            );
            return MinerSettings.DefaultModel;
        }

        // The miner starts with the default model when a folder can't be loaded, so this is a warning.
        if (ConfiguredFolder.Objection(name) is { } objection)
        {
            values.Add(
                new(
                    SettingNames.Full(SettingNames.Model),
                    Shown.PathValue(name),
                    $"{objection.Remedy}; until then {MinerSettings.DefaultModel} answers"
                )
                {
                    Detail = objection.What,
                    IsWarning = true,
                }
            );
        }

        return name;
    }

    private static string? LinearModel(SettingValues values)
    {
        if (values.Path(SettingNames.LinearModel) is not { } path)
        {
            return null;
        }

        if (LinearModelFile.TryRead(path, out _, out var problem))
        {
            return path;
        }

        values.Add(problem);
        return null;
    }

    private static string Schedule(SettingValues values, string name, string byDefault)
    {
        var text = values.Text(name) ?? byDefault;
        if (
            CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is { } schedule
            && ScheduledWork.Occurs(schedule)
        )
        {
            return text;
        }

        values.Refuse(
            name,
            text,
            $"set it to a six-field NCRONTAB expression (second minute hour day month weekday) of a time that occurs, such as {byDefault}"
        );
        return byDefault;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]{0,19}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TablePrefixPattern();
}
