using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Notifications;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Miner.Configuration;

/// <summary>
/// The user's settings, read once from the section <c>Bittbridge</c> and validated before anything uses them (see <see
/// cref="SettingsReader"/>).
/// </summary>
public sealed record MinerSettings
{
    /// <summary>The model that answers when the settings name none.</summary>
    public const string DefaultModel = BuiltInModels.Default;

    /// <summary>The miner's own ss58 address; null only when <see cref="Access"/> is <see cref="AccessMode.Open"/>.</summary>
    public string? Hotkey { get; init; }

    /// <summary>Which callers get an answer.</summary>
    public AccessMode Access { get; init; } = AccessMode.Permit;

    /// <summary>
    /// Callers that sign with ed25519 although their keys could be sr25519 keys. The scheme of every other caller follows from its key.
    /// </summary>
    public IReadOnlyList<PublicKey> Ed25519Callers { get; init; } = [];

    /// <summary>How replay protection stores nonces.</summary>
    public ReplayMode Replay { get; init; } = ReplayMode.Durable;

    public LimitSettings Limits { get; init; } = new();

    /// <summary>The maximum age of the validator list while the chain can't be read; after that no caller gets an answer.</summary>
    public TimeSpan ValidatorsMaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The subnet's number on the chain.</summary>
    public ushort Netuid { get; init; } = 420;

    /// <summary><c>test</c>, <c>finney</c>, <c>local</c>, or one or more http(s)/ws(s) URLs separated by commas.</summary>
    public string Network { get; init; } = "test";

    public required StorageSettings Storage { get; init; }

    public PriceSettings Prices { get; init; } = new();

    /// <summary>
    /// The model that answers when no version is activated: <c>name</c>, <c>name@version</c>, or <c>name@version!</c>, which takes
    /// precedence over an activated version (see <see cref="ModelChoice"/>); the path of a folder that contains one; or the URL of a model
    /// that another program serves (see <see cref="HttpModelAddress"/>).
    /// </summary>
    public string Model { get; init; } = DefaultModel;

    /// <summary>The token for the program that serves the model; null for none.</summary>
    public string? ModelToken { get; init; }

    /// <summary>The keys whose signature makes the miner run a C# class from its storage; empty for none.</summary>
    public IReadOnlyList<PublicKey> ModelSigners { get; init; } = [];

    /// <summary>
    /// The path of a trained linear model (see <c>bittbridge fit</c>), which is then available under its name; null for none.
    /// </summary>
    public string? LinearModel { get; init; }

    /// <summary>What intervals are optimized for.</summary>
    public IntervalAim Aim { get; init; } = IntervalAim.Coverage;

    /// <summary>Whether an interval that the model returns is kept; otherwise a calibrated one replaces it.</summary>
    public bool KeepsOwnIntervals { get; init; } = true;

    /// <summary>Whether the calibrated intervals adapt to the model's recent errors.</summary>
    public bool LearnsFromErrors { get; init; } = true;

    /// <summary>The share of hours in which an interval should contain the price under <see cref="IntervalAim.Coverage"/>.</summary>
    public double Level { get; init; } = 0.90;

    /// <summary>How long an answer may take in all.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>How far a challenge's timestamp may be from the miner's clock.</summary>
    public TimeSpan TimestampTolerance { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many days a recorded forecast is kept.</summary>
    public int ForecastRetentionDays { get; init; } = 90;

    /// <summary>When the housekeeping runs: a six-field NCRONTAB expression in UTC.</summary>
    public string HousekeepingSchedule { get; init; } = "30 7 * * * *";

    /// <summary>
    /// The token of the operator (see <see cref="OperatorAccess"/>); null allows only callers on the same machine.
    /// </summary>
    public string? OperatorToken { get; init; }

    /// <summary>Who may open the dashboard.</summary>
    public DashboardMode Dashboard { get; init; } = DashboardMode.On;

    /// <summary>What <c>GET /metrics</c> answers the operator.</summary>
    public MetricsEndpoint Metrics { get; init; } = MetricsEndpoint.Off;

    /// <summary>Where problems are reported; null for nowhere.</summary>
    public NotificationSettings? Notifications { get; init; }

    /// <summary>Whether the environment is Development; anything else is production.</summary>
    public bool IsDevelopment { get; init; }
}
