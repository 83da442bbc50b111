using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Notifications;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Models.BuiltIn.Offshore;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Miner.Configuration;

/// <summary>Reads the settings once, at start, and finds all problems at once.</summary>
public static class SettingsReader
{
    /// <summary>
    /// Reads all settings and parses each completely: connection strings, URLs, schedules and files. Never throws for a value.
    /// </summary>
    public static SettingsReading Examine(IConfiguration configuration)
    {
        var values = new SettingValues(configuration);
        var development = MinerEnvironment.IsDevelopment(configuration);
        var access = CallerSettings.Access(values, development);
        var modelToken = values.OptionalSecret(SettingNames.ModelToken);
        var prices = PriceSettings.Read(values, development);
        var settings = new MinerSettings
        {
            Hotkey = CallerSettings.Hotkey(values, access),
            Access = access,
            Ed25519Callers = CallerSettings.Ed25519Callers(values),
            Replay = values.Choice(SettingNames.Replay, ReplayMode.Durable),
            Limits = LimitSettings.Read(values),
            ValidatorsMaxAge = TimeSpan.FromHours(values.Number(SettingNames.ValidatorsMaxAgeHours, 24, 1, 24 * 30)),
            Netuid = (ushort)values.Number(SettingNames.Netuid, 420, 0, ushort.MaxValue, whole: true),
            Network = CallerSettings.Network(values),
            Storage = StorageSettings.Read(values, development),
            Prices = prices,
            HousekeepingSchedule = values.Schedule(SettingNames.HousekeepingSchedule, "30 7 * * * *"),
            Model = Model(values, development, modelToken, DefaultModel(prices)),
            ModelToken = modelToken,
            ModelSigners = CallerSettings.ModelSigners(values, development),
            LinearModel = LinearModel(values),
            Aim = values.Choice(SettingNames.Aim, IntervalAim.Coverage),
            KeepsOwnIntervals = values.Either(SettingNames.Intervals, "own", "calibrated"),
            LearnsFromErrors = values.Either(SettingNames.Learning, "on", "off"),
            Level = values.Number(SettingNames.Level, 0.90, 0.5, 0.999),
            Budget = TimeSpan.FromMilliseconds(values.Number(SettingNames.BudgetMs, 800, 20, 10_000, whole: true)),
            TimestampTolerance = TimeSpan.FromMinutes(values.Number(SettingNames.TimestampToleranceMinutes, 10, 1, 24 * 60)),
            ForecastRetentionDays = (int)values.Number(SettingNames.ForecastRetentionDays, 90, 1, 3650, whole: true),
            OperatorToken = CallerSettings.OperatorToken(values),
            Dashboard = values.Choice(SettingNames.Dashboard, DashboardMode.On),
            Metrics = values.Choice(SettingNames.Metrics, MetricsEndpoint.Off),
            Notifications = NotificationSettings.Read(values),
            IsDevelopment = development,
        };
        return new(
            settings,
            [
                .. values.Problems.Where(problem => !problem.IsWarning),
                .. LoggingSettings.Problems(configuration),
                .. values.Problems.Where(problem => problem.IsWarning),
                .. UnknownSettings.Problems(configuration),
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
        var storage = StorageSettings.Read(values, MinerEnvironment.IsDevelopment(configuration));
        return values.Problems.Count == 0 ? storage : throw new SettingsException(values.Problems);
    }

    /// <summary>With a source of the offshore rate, the default model is the one that uses it.</summary>
    private static string DefaultModel(PriceSettings prices) => prices.HasRates ? OffshoreOpeningModel.Name : MinerSettings.DefaultModel;

    private static string Model(SettingValues values, bool development, string? token, string defaultModel)
    {
        var name = values.Path(SettingNames.Model) ?? defaultModel;

        // That model exists only with the key, and a Key Vault reference that was not resolved must not stop the miner.
        if (name == OffshoreOpeningModel.Name && values.IsUnresolvedSecret(SettingNames.TwelveDataApiKey))
        {
            return MinerSettings.DefaultModel;
        }

        if (HttpModelAddress.IsUrl(name))
        {
            return UrlOfModel(values, name, development, token) ? name : MinerSettings.DefaultModel;
        }

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
                    + "./my-model, to a URL such as http://127.0.0.1:9000/, to name@version, or to name@version! to override any "
                    + "activated version"
            );
            return MinerSettings.DefaultModel;
        }

        // The miner starts with the default model when a folder can't be loaded, so this is a warning.
        if (ConfiguredFolder.Objection(name) is { } objection)
        {
            values.Add(
                SettingNames.Model,
                Shown.PathValue(name),
                $"{objection.Remedy}; until then {MinerSettings.DefaultModel} answers",
                detail: objection.What,
                isWarning: true
            );
        }

        return name;
    }

    private static bool UrlOfModel(SettingValues values, string text, bool development, string? token)
    {
        if (!HttpModelAddress.TryParse(text, out var address, out var remedy))
        {
            values.Refuse(SettingNames.Model, text, remedy);
            return false;
        }

        // Anyone on the way could change a forecast or read the token in plain HTTP.
        var needed =
            address.IsPrivate ? null
            : !development ? "which is neither on this machine nor https"
            : token is not null ? "which would send the token of ModelToken in plain text"
            : null;
        if (needed is not null)
        {
            values.Add(
                SettingNames.Model,
                Shown.Url(address.Url),
                "use https, or serve the model on this machine at http://127.0.0.1:PORT/",
                detail: needed
            );
        }

        return needed is null;
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
}
