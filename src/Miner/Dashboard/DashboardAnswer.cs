using System.Text.Json.Serialization;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Dashboard;

/// <summary>
/// The data of the dashboard. Prices and errors are CNY per USDT; times are UTC; a figure that is unknown or undefined is
/// null. A forecast whose hour is not over is never part of it.
/// </summary>
/// <param name="At">The miner's clock.</param>
/// <param name="Version">The running version.</param>
/// <param name="Health">The state of the miner.</param>
/// <param name="Calls">Who calls it.</param>
/// <param name="Quality">How good its forecasts were.</param>
/// <param name="Chain">What the chain says of it.</param>
/// <param name="Outdated">While storage can't be read again; null where callers and quality are new, or were never read.</param>
/// <param name="IsOperator">Whether the operator asked, who alone may have the track record.</param>
internal sealed record DashboardAnswer(
    DateTimeOffset At,
    string Version,
    HealthView Health,
    CallsView Calls,
    QualityView Quality,
    ChainView Chain,
    OutdatedView? Outdated,
    bool IsOperator
);

/// <summary>What is shown was read from storage before.</summary>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Problem">Why it could not be read again.</param>
internal sealed record OutdatedView(DateTimeOffset ReadAt, string Problem);

/// <summary>The state of the miner and of what it depends on.</summary>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c> or <c>Unhealthy</c>.</param>
/// <param name="Parts">Each part.</param>
/// <param name="Price">The newest price.</param>
/// <param name="PriceAt">When it was observed.</param>
/// <param name="PriceSource"><c>coingecko</c>, <c>simulated</c> or <c>recording</c>.</param>
/// <param name="PolledAt">When a poll last succeeded.</param>
/// <param name="CallsThisMonth">Calls of the price source this month.</param>
/// <param name="CallsLeft">How many are left of the monthly quota; null for a source without one.</param>
/// <param name="Model">The active model.</param>
/// <param name="Shadows">The models that run in its shadow.</param>
internal sealed record HealthView(
    string Status,
    IReadOnlyList<PartView> Parts,
    double? Price,
    DateTimeOffset? PriceAt,
    string? PriceSource,
    DateTimeOffset? PolledAt,
    int? CallsThisMonth,
    int? CallsLeft,
    string Model,
    IReadOnlyList<string> Shadows
);

/// <summary>One part of the miner.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">Its state.</param>
/// <param name="Detail">The reason; null for anyone but the operator.</param>
internal sealed record PartView(string Name, string Status, string? Detail);

/// <summary>Who calls, and what the answers were.</summary>
/// <param name="LastAt">When a challenge was last answered, according to storage.</param>
/// <param name="LastCaller">Whose challenge; null if that was more than an hour ago.</param>
/// <param name="LastMs">How long the answer took, in milliseconds.</param>
/// <param name="Problem">Why nothing was ever read from storage; null if it was.</param>
/// <param name="Callers">The callers of today and yesterday, the most active first.</param>
/// <param name="Others">The answers to callers beyond those whose names are kept.</param>
/// <param name="Requests">How many requests were answered and refused today.</param>
internal sealed record CallsView(
    DateTimeOffset? LastAt,
    string? LastCaller,
    double? LastMs,
    string? Problem,
    IReadOnlyList<CallerView> Callers,
    OtherAnswersView Others,
    RequestsView Requests
);

/// <summary>One caller; each number counts 5-minute slots with a challenge, each once, whichever model answered.</summary>
/// <param name="Caller">Its address.</param>
/// <param name="Uid">Its uid in the subnet; null if it is not in the list.</param>
/// <param name="HasPermit">Whether it has a validator permit; null without a list.</param>
/// <param name="LastHour">In the last hour, whose forecasts have not matured.</param>
/// <param name="Today">Matured forecasts for the current UTC day.</param>
/// <param name="Yesterday">Forecasts for the UTC day before.</param>
internal sealed record CallerView(string Caller, int? Uid, bool? HasPermit, int LastHour, int Today, int Yesterday);

/// <summary>How many answers went to callers that no row has a name for.</summary>
/// <param name="LastHour">In the last hour.</param>
/// <param name="Today">Matured ones for the current UTC day.</param>
/// <param name="Yesterday">For the UTC day before.</param>
internal sealed record OtherAnswersView(long LastHour, long Today, long Yesterday);

/// <summary>The counts of all instances on the current UTC day.</summary>
/// <param name="Day">The day.</param>
/// <param name="Answered">How many challenges were answered.</param>
/// <param name="Refused">How many requests were refused, by reason, the most frequent first.</param>
/// <param name="OtherTasks">Callers of the last hour that asked for another task.</param>
internal sealed record RequestsView(DateOnly Day, long Answered, IReadOnlyList<CountView> Refused, IReadOnlyList<OtherTaskView> OtherTasks);

/// <summary>How often a reason was given.</summary>
internal sealed record CountView(string Reason, long Count);

/// <summary>A caller that asks for another task.</summary>
/// <param name="Caller">Its address.</param>
/// <param name="Offset">The time that it asks for, in words.</param>
/// <param name="Count">How often.</param>
internal sealed record OtherTaskView(string Caller, string Offset, int Count);

/// <summary>How good the matured forecasts were.</summary>
/// <param name="Series">Which prices they were made from.</param>
/// <param name="Level">The share of intervals that should hold the price.</param>
/// <param name="Problem">Why nothing was ever read from storage; null if it was.</param>
/// <param name="Chart">The last two days by slot.</param>
/// <param name="Day">The last 24 hours of answers.</param>
/// <param name="Week">The last 7 days of answers.</param>
/// <param name="FallbackShare">The share of answers of the last 30 days that the fallback gave.</param>
/// <param name="Days">Each day of the active model, for 30 days.</param>
/// <param name="Hours">The last 7 days of answers by hour of the day.</param>
/// <param name="Models">The last 7 days of every model.</param>
internal sealed record QualityView(
    string Series,
    double Level,
    string? Problem,
    ChartView Chart,
    WindowView Day,
    WindowView Week,
    double? FallbackShare,
    IReadOnlyList<DayView> Days,
    IReadOnlyList<HourView> Hours,
    IReadOnlyList<ModelView> Models
);

/// <summary>Arrays by slot.</summary>
/// <param name="From">The first slot.</param>
/// <param name="StepSeconds">The distance between slots.</param>
/// <param name="Price">What was observed.</param>
/// <param name="Forecast">What had been answered an hour before.</param>
/// <param name="Lower">The lower bound.</param>
/// <param name="Upper">The upper bound.</param>
/// <param name="LastPrice">The newest price when the forecast was made.</param>
/// <param name="IsFallback">Whether the fallback answered.</param>
internal sealed record ChartView(
    DateTimeOffset From,
    int StepSeconds,
    double?[] Price,
    double?[] Forecast,
    double?[] Lower,
    double?[] Upper,
    double?[] LastPrice,
    bool[] IsFallback
);

/// <summary>A figure with the bounds between which 90 % of a bootstrap's draws lie; the bounds are null for too few forecasts.</summary>
internal sealed record Bounded(double? Value, double? Lower, double? Upper);

/// <summary>The forecasts of some hours.</summary>
/// <param name="Scored">How many.</param>
/// <param name="MeanAbsoluteError">Theirs.</param>
/// <param name="LastPriceError">The last price's.</param>
/// <param name="MaeRatio">The first over the second.</param>
/// <param name="Intervals">How many have an interval.</param>
/// <param name="Coverage">The share of intervals that held the price.</param>
/// <param name="IntervalScore">The validator's mean score of the intervals.</param>
internal sealed record WindowView(
    int Scored,
    double? MeanAbsoluteError,
    double? LastPriceError,
    Bounded MaeRatio,
    int Intervals,
    Bounded Coverage,
    Bounded IntervalScore
);

/// <summary>
/// One UTC day of the active model, and of those that were active before it on that day. A day with several of them has no bounds, and so
/// has one that was scored by a version without them.
/// </summary>
internal sealed record DayView(
    DateOnly Day,
    int Scored,
    double? MeanAbsoluteError,
    double? LastPriceError,
    Bounded MaeRatio,
    Bounded Coverage,
    Bounded IntervalScore,
    double? LatencyP50Ms,
    double? LatencyP99Ms
);

/// <summary>One hour of the day, UTC, by the targets of the forecasts.</summary>
/// <param name="Hour">0 to 23.</param>
/// <param name="Scored">How many forecasts.</param>
/// <param name="MeanAbsoluteError">Theirs.</param>
/// <param name="LastPriceError">The last price's.</param>
/// <param name="MaeRatio">The first over the second; its bounds are those of whole days, and null for fewer than five.</param>
internal sealed record HourView(int Hour, int Scored, double? MeanAbsoluteError, double? LastPriceError, Bounded MaeRatio);

/// <summary>One model in one role.</summary>
/// <param name="Model">The model and its version.</param>
/// <param name="Role">Whether it answered, answered in the model's place, or ran in its shadow.</param>
/// <param name="Window">Its figures.</param>
/// <param name="MeanWidth">The mean width of its intervals.</param>
/// <param name="RatioToActive">Its error over the active model's, on the slots that both have; null for the active model itself.</param>
internal sealed record ModelView(string Model, ForecastRole Role, WindowView Window, double? MeanWidth, Bounded? RatioToActive);

/// <summary>What the chain says.</summary>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">The network, without a provider's key.</param>
/// <param name="Hotkey">The miner's address; null in open mode without one.</param>
/// <param name="ReadAt">When the subnet's list was read.</param>
/// <param name="Block">At which block.</param>
/// <param name="Neurons">How many are registered.</param>
/// <param name="Permits">How many of them have a validator permit.</param>
/// <param name="Standing">The standing of the miner's hotkey; null before the first read.</param>
/// <param name="Problem">Why the last read of the standing failed; null if it succeeded.</param>
internal sealed record ChainView(
    int Netuid,
    string Network,
    string? Hotkey,
    DateTimeOffset? ReadAt,
    long? Block,
    int? Neurons,
    int? Permits,
    StandingView? Standing,
    string? Problem
);

/// <summary>The standing of the miner's hotkey in the subnet.</summary>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Block">At which block; null, with the figures that follow, where the hotkey is not registered.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="HasPermit">Whether it has a validator permit itself.</param>
/// <param name="Incentive">Its share of the miners' emission, 0 to 1.</param>
/// <param name="Rank">Its place by incentive.</param>
/// <param name="Neurons">Of how many.</param>
/// <param name="ImmunityLeft">For how many more blocks of 12 s it can't be replaced.</param>
/// <param name="Stake">The stake on it, in the subnet's token.</param>
/// <param name="Axon">The address that the chain gives to validators; null for none.</param>
/// <param name="Reach">What answers there.</param>
/// <param name="OtherHotkey">Whose miner, where it is another's.</param>
internal sealed record StandingView(
    DateTimeOffset ReadAt,
    long? Block,
    int? Uid,
    bool? HasPermit,
    double? Incentive,
    int? Rank,
    int? Neurons,
    long? ImmunityLeft,
    double? Stake,
    string? Axon,
    AxonReach Reach,
    string? OtherHotkey
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DashboardAnswer))]
internal sealed partial class DashboardJson : JsonSerializerContext;
