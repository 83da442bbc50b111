namespace Bittbridge.Miner.Configuration;

/// <summary>
/// The names of all settings. Upper-case names are environment variables; the others belong to the section <c>Bittbridge</c>.
/// </summary>
public static class SettingNames
{
    public const string Section = "Bittbridge";

    public const string Hotkey = "Hotkey";
    public const string Netuid = "Netuid";
    public const string Network = "Network";
    public const string Access = "Access";
    public const string Ed25519Callers = "Ed25519Callers";
    public const string Replay = "Replay";
    public const string PerCallerPerMinute = "Limits:PerCallerPerMinute";
    public const string PerSecond = "Limits:PerSecond";
    public const string Connections = "Limits:Connections";
    public const string ConnectionsPerAddress = "Limits:ConnectionsPerAddress";
    public const string ValidatorsMaxAgeHours = "ValidatorsMaxAgeHours";
    public const string Storage = "Storage";
    public const string TablePrefix = "TablePrefix";
    public const string CoinGeckoApiKey = "CoinGecko:ApiKey";
    public const string CoinGeckoBaseAddress = "CoinGecko:BaseAddress";
    public const string PricesSource = "Prices:Source";
    public const string TwelveDataApiKey = "TwelveData:ApiKey";
    public const string TwelveDataBaseAddress = "TwelveData:BaseAddress";
    public const string Model = "Model";
    public const string ModelToken = "ModelToken";
    public const string ModelSigners = "ModelSigners";
    public const string LinearModel = "LinearModel";
    public const string Aim = "Aim";
    public const string Level = "Level";
    public const string Intervals = "Intervals";
    public const string Learning = "Learning";
    public const string BudgetMs = "BudgetMs";
    public const string TimestampToleranceMinutes = "TimestampToleranceMinutes";
    public const string ForecastRetentionDays = "ForecastRetentionDays";

    public const string OperatorToken = "Operator:Token";
    public const string Dashboard = "Dashboard";
    public const string Metrics = "Metrics";

    public const string NotifyWebhook = "Notify:Webhook";
    public const string NotifyFormat = "Notify:Format";
    public const string NotifyNoChallengeMinutes = "Notify:NoChallengeMinutes";

    public const string PricesSchedule = "BITTBRIDGE_PRICES_SCHEDULE";
    public const string HousekeepingSchedule = "BITTBRIDGE_HOUSEKEEPING_SCHEDULE";
    public const string CoinGeckoApiKeyOfTheReferenceMiner = "COINGECKO_API_KEY";

    /// <summary>Every setting that this version reads.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Hotkey,
        Netuid,
        Network,
        Access,
        Ed25519Callers,
        Replay,
        PerCallerPerMinute,
        PerSecond,
        Connections,
        ConnectionsPerAddress,
        ValidatorsMaxAgeHours,
        Storage,
        TablePrefix,
        CoinGeckoApiKey,
        CoinGeckoBaseAddress,
        PricesSource,
        TwelveDataApiKey,
        TwelveDataBaseAddress,
        Model,
        ModelToken,
        ModelSigners,
        LinearModel,
        Aim,
        Level,
        Intervals,
        Learning,
        BudgetMs,
        TimestampToleranceMinutes,
        ForecastRetentionDays,
        OperatorToken,
        Dashboard,
        Metrics,
        NotifyWebhook,
        NotifyFormat,
        NotifyNoChallengeMinutes,
        PricesSchedule,
        HousekeepingSchedule,
        CoinGeckoApiKeyOfTheReferenceMiner,
    ];

    /// <summary>The full name of a setting in the configuration.</summary>
    /// <param name="name">One of the names above.</param>
    public static string Full(string name) =>
        name is PricesSchedule or HousekeepingSchedule or CoinGeckoApiKeyOfTheReferenceMiner
        || name.StartsWith("--", StringComparison.Ordinal)
            ? name
            : $"{Section}:{name}";
}
