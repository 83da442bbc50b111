using System.Text.Json.Serialization;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Dashboard;

/// <summary>
/// The data of the dashboard. Prices and errors are CNY per USDT; times are UTC; a figure that is unknown or undefined is null. A forecast
/// whose hour is not over is never part of it.
/// </summary>
/// <param name="At">The miner's clock.</param>
/// <param name="Version">The running version.</param>
/// <param name="Health">The state of the miner.</param>
/// <param name="Calls">Who calls the miner.</param>
/// <param name="Quality">How good its forecasts were.</param>
/// <param name="Chain">What the chain says about the miner.</param>
/// <param name="Outdated">Set while callers and quality are from an earlier read, because storage can't be read; otherwise null.</param>
/// <param name="IsOperator">Whether the caller is the operator, the only one who may read the track record.</param>
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

/// <summary>The data is from an earlier read of storage.</summary>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Problem">Why a newer read failed.</param>
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
/// <param name="Shadows">The shadow models.</param>
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
/// <param name="LastCaller">The caller of that challenge; null if it was more than an hour ago.</param>
/// <param name="LastMs">How long the answer took, in milliseconds.</param>
/// <param name="Problem">Why storage was never read; null if it was.</param>
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

/// <summary>One caller. The numbers count 5-minute slots with at least one answered challenge, whichever model answered.</summary>
/// <param name="Caller">Its address.</param>
/// <param name="Uid">Its uid in the subnet; null if it is not in the list.</param>
/// <param name="HasPermit">Whether it has a validator permit; null without a list.</param>
/// <param name="LastHour">Slots of the last hour, whose forecasts have not matured yet.</param>
/// <param name="Today">Matured forecasts for the current UTC day.</param>
/// <param name="Yesterday">Forecasts for the UTC day before.</param>
internal sealed record CallerView(string Caller, int? Uid, bool? HasPermit, int LastHour, int Today, int Yesterday);

/// <summary>How many answers went to callers whose names are not kept.</summary>
/// <param name="LastHour">In the last hour.</param>
/// <param name="Today">Matured forecasts for the current UTC day.</param>
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
/// <param name="Series">The series of prices that they were made from.</param>
/// <param name="Level">The share of intervals that should contain the price.</param>
/// <param name="Problem">Why storage was never read; null if it was.</param>
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
/// <param name="Price">The observed price.</param>
/// <param name="Forecast">The forecast for that slot, answered an hour before.</param>
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

/// <summary>A figure with 90 % bootstrap bounds; the bounds are null if there are too few forecasts.</summary>
internal sealed record Bounded(double? Value, double? Lower, double? Upper);

/// <summary>The figures of the forecasts in a period.</summary>
/// <param name="Scored">The number of scored forecasts.</param>
/// <param name="MeanAbsoluteError">The mean absolute error of the forecasts.</param>
/// <param name="LastPriceError">The mean absolute error of predicting the last price.</param>
/// <param name="MaeRatio">The first error over the second.</param>
/// <param name="Intervals">The number of forecasts with an interval.</param>
/// <param name="Coverage">The share of intervals that contained the price.</param>
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
/// One UTC day of every model that was active on it. The bounds are null for a day with several models, and for one that was scored by a
/// version of the miner that computed no bounds.
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
/// <param name="Scored">The number of scored forecasts.</param>
/// <param name="MeanAbsoluteError">The mean absolute error of the forecasts.</param>
/// <param name="LastPriceError">The mean absolute error of predicting the last price.</param>
/// <param name="MaeRatio">The first error over the second. Its bounds come from draws of whole days; null for fewer than five days.</param>
internal sealed record HourView(int Hour, int Scored, double? MeanAbsoluteError, double? LastPriceError, Bounded MaeRatio);

/// <summary>One model in one role.</summary>
/// <param name="Model">The model and its version.</param>
/// <param name="Role">Whether it was the active model, the fallback or a shadow.</param>
/// <param name="Window">Its figures.</param>
/// <param name="MeanWidth">The mean width of its intervals.</param>
/// <param name="RatioToActive">A shadow's error over the active model's, on the slots that both have; null for other roles.</param>
internal sealed record ModelView(string Model, ForecastRole Role, WindowView Window, double? MeanWidth, Bounded? RatioToActive);

/// <summary>The miner and its subnet on the chain.</summary>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">The network, without a provider's key.</param>
/// <param name="Hotkey">The miner's address; null in open mode without one.</param>
/// <param name="ReadAt">When the subnet's list was read.</param>
/// <param name="Block">The block at which it was read.</param>
/// <param name="Neurons">How many hotkeys are registered.</param>
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
/// <param name="Block">The block at which it was read; null, like the figures up to the stake, if the hotkey is not registered.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="HasPermit">Whether it has a validator permit itself.</param>
/// <param name="Incentive">Its share of the miners' emission, 0 to 1.</param>
/// <param name="Rank">Its place by incentive.</param>
/// <param name="Neurons">How many hotkeys are ranked.</param>
/// <param name="ImmunityLeft">For how many more blocks of 12 s it can't be replaced.</param>
/// <param name="Stake">The stake on it, in the subnet's token.</param>
/// <param name="Axon">The address that the chain gives to validators; null for none.</param>
/// <param name="Reach">What answers at that address.</param>
/// <param name="OtherHotkey">The hotkey of the miner that answers there, if it is another one.</param>
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
