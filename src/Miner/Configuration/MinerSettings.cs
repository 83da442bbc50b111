using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Replay;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Miner.Configuration;

/// <summary>
/// What the user can set, read once from the section <c>Bittbridge</c> and valid by the time anything sees it (see <see
/// cref="SettingsReader"/>).
/// </summary>
public sealed record MinerSettings
{
    /// <summary>The model that answers when none is named.</summary>
    public const string DefaultModel = BuiltInModels.Default;

    /// <summary>The miner's own ss58 address; null only where <see cref="Access"/> is <see cref="AccessMode.Open"/>.</summary>
    public string? Hotkey { get; init; }

    /// <summary>Who is answered.</summary>
    public AccessMode Access { get; init; } = AccessMode.Permit;

    /// <summary>
    /// Callers that sign with ed25519 alone although their keys could be sr25519 keys; every other caller's scheme follows from its key.
    /// </summary>
    public IReadOnlyList<PublicKey> Ed25519Callers { get; init; } = [];

    /// <summary>How a request is held to be taken once.</summary>
    public ReplayMode Replay { get; init; } = ReplayMode.Durable;

    public LimitSettings Limits { get; init; } = new();

    /// <summary>How old the subnet's list may become while the chain can't be read; past it nobody is answered.</summary>
    public TimeSpan ValidatorsMaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The subnet's number on the chain.</summary>
    public ushort Netuid { get; init; } = 420;

    /// <summary><c>test</c>, <c>finney</c>, <c>local</c>, or one or more http(s)/ws(s) URLs separated by commas.</summary>
    public string Network { get; init; } = "test";

    public required StorageSettings Storage { get; init; }

    public PriceSettings Prices { get; init; } = new();

    /// <summary>
    /// The model that answers where none was activated: <c>name</c>, <c>name@version</c>, or <c>name@version!</c>, which answers whatever
    /// was activated (see <see cref="ModelChoice"/>); or the path of a folder that holds one.
    /// </summary>
    public string Model { get; init; } = DefaultModel;

    /// <summary>
    /// The path of a trained linear model (see <c>bittbridge fit</c>), which is then available under its name; null for none.
    /// </summary>
    public string? LinearModel { get; init; }

    /// <summary>What intervals are made for.</summary>
    public IntervalAim Aim { get; init; } = IntervalAim.Coverage;

    /// <summary>Whether an interval that a model brings is kept; otherwise the calibrated one takes its place.</summary>
    public bool KeepsOwnIntervals { get; init; } = true;

    /// <summary>Whether the calibrated intervals adapt to the model's recent errors.</summary>
    public bool LearnsFromErrors { get; init; } = true;

    /// <summary>The share of hours that an interval should hold under <see cref="IntervalAim.Coverage"/>.</summary>
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
    /// What proves a caller to be the operator (see <see cref="OperatorAccess"/>); null for callers on the same machine alone.
    /// </summary>
    public string? OperatorToken { get; init; }

    /// <summary>Whether the environment is Development; anything else is production.</summary>
    public bool IsDevelopment { get; init; }
}
