using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Dashboard;

/// <summary>
/// Collects the data of the dashboard. Storage is read at most every <see cref="FreshFor"/>, however many pages are open.
/// </summary>
internal sealed class DashboardReader
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>One UTC day more than is shown by slot, because the shown range begins in the middle of a day.</summary>
    private static readonly int SlotDays = ForecastQuality.Week.Days + 1;

    private readonly TrackRecordReader _record;
    private readonly RecentCallers _recent;
    private readonly IPrices _prices;
    private readonly MinerHealth _health;
    private readonly IActiveModel _models;
    private readonly KnownValidators _validators;
    private readonly StandingRefresh _standing;
    private readonly InstanceCounts _counts;
    private readonly PriceSeries _series;
    private readonly MinerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly BackgroundRefresh _refresh;
    private volatile Stored _stored = new([], null, RecentAnswers.None, null, "it is being read", default, null);
    private volatile Quality? _quality;

    public DashboardReader(
        TrackRecordReader record,
        RecentCallers recent,
        IPrices prices,
        MinerHealth health,
        IActiveModel models,
        KnownValidators validators,
        StandingRefresh standing,
        InstanceCounts counts,
        PriceSeries series,
        MinerSettings settings,
        TimeProvider clock,
        ILogger<DashboardReader> logger
    )
    {
        (_record, _recent, _prices, _health, _models) = (record, recent, prices, health, models);
        (_validators, _standing) = (validators, standing);
        (_counts, _series, _settings, _clock) = (counts, series, settings, clock);
        _refresh = new(ReadStorageAsync, clock, logger);
    }

    /// <param name="isOperator">Whether the details of the health parts are shown.</param>
    public async Task<DashboardAnswer> ReadAsync(bool isOperator)
    {
        var report = await _health.CheckAsync(CancellationToken.None);
        await _refresh.StartIfDue();
        var (now, stored, snapshot) = (_clock.GetUtcNow(), _stored, _prices.InMemory);
        var prices = snapshot?.History ?? PriceHistory.Empty;
        var health = isOperator ? HealthAnswer.Detailed(report) : HealthAnswer.Public(report);
        var callsThisMonth = snapshot?.Poll.InMonthOf(now).CallsThisMonth;
        return new(
            now,
            ProductVersion.Value,
            new(
                health.Status,
                [.. health.Parts!.Select(part => new PartView(part.Key, part.Value.Status, part.Value.Detail))],
                prices.Newest?.Cny,
                prices.Newest?.Time,
                snapshot?.Source,
                snapshot?.Poll.FetchedAt,
                callsThisMonth,
                snapshot is { Source: PriceSettings.CoinGecko } ? Math.Max(0, CallQuota.Monthly - callsThisMonth!.Value) : null,
                _models.Current.Model.Id.ToString(),
                [.. _models.Current.Shadows.Select(shadow => shadow.Model.Id.ToString())]
            ),
            Calls(stored, now),
            QualityOf(stored, prices, now),
            Chain(stored, isOperator),
            stored.Outdated,
            isOperator
        );
    }

    /// <summary>The bootstrap costs milliseconds of CPU time, so all pages share its result until storage is read again.</summary>
    private QualityView QualityOf(Stored stored, PriceHistory prices, DateTimeOffset now)
    {
        if (_quality is not { } known || !ReferenceEquals(known.Stored, stored) || !ReferenceEquals(known.Prices, prices))
        {
            _quality = known = new(
                stored,
                prices,
                stored.Record is { } record
                    ? ForecastQuality.Of(record, stored.Slots, prices, _settings.Level, now)
                    : ForecastQuality.Unknown(_series, stored.Problem ?? "", prices, _settings.Level, now)
            );
        }

        return known.View;
    }

    private CallsView Calls(Stored stored, DateTimeOffset now)
    {
        var (requests, recent) = _counts.Known;
        var (list, today) = (_validators.Good, DateOnly.FromDateTime(now.UtcDateTime));
        // Storage has only the first answer to each caller in a slot; the instances' counts have the later ones.
        var last = stored.Recent.Named.Concat(recent.Select(Answer).OfType<RecentAnswer>()).MaxBy(answer => answer.At);
        var lastScored = stored.Slots.Where(slot => slot.Role != ForecastRole.Shadow).MaxBy(slot => slot.Target);
        IReadOnlyList<DayScore> days = stored.Record?.Days ?? [];
        return new(
            last?.At ?? (lastScored is null ? null : lastScored.Target - Forecast.Horizon),
            last?.Caller,
            last is null ? lastScored?.LatencyMs : last.LatencyMs,
            stored.Problem,
            CallerCounts.Of(stored.Recent, days, today, list),
            CallerCounts.Others(stored.Recent, days, today),
            new(
                requests.Day,
                requests.Answered,
                [.. requests.Refused.Select(reason => new CountView(reason.Key, reason.Value)).OrderByDescending(reason => reason.Count)],
                [
                    .. recent
                        .Where(caller => caller.OtherTasks > 0)
                        .Select(caller => new OtherTaskView(caller.Caller, CallerActivity.InWords(caller.Offset), caller.OtherTasks)),
                ]
            )
        );
    }

    private static RecentAnswer? Answer(CallerActivity.Activity caller) =>
        caller.LastAnswer is { } at
            ? new(Ss58Address.TryParse(caller.Caller, out _) ? caller.Caller : ForecastRecord.Unverified, at, caller.LatencyMs)
            : null;

    private ChainView Chain(Stored stored, bool isOperator)
    {
        var (list, standing) = (_validators.Record.List, stored.Standing);
        var neuron = standing?.Neuron;
        return new(
            _settings.Netuid,
            Shown.Network(_settings.Network),
            _settings.Hotkey,
            list?.ReadAt,
            list?.Subnet.Block,
            list?.Subnet.Neurons.Count,
            list?.Permits,
            standing is null
                ? null
                : new(
                    standing.ReadAt,
                    neuron?.Block,
                    neuron?.Uid,
                    neuron?.Permit,
                    neuron?.Incentive,
                    neuron?.Rank,
                    neuron?.Neurons,
                    (long?)neuron?.ImmunityLeft,
                    neuron?.Stake,
                    standing.Axon,
                    standing.Reach,
                    standing.OtherHotkey
                ),
            isOperator ? _standing.LastFailure : null
        );
    }

    /// <summary>Reads once; the client's own timeout bounds each read.</summary>
    private async Task<TimeSpan> ReadStorageAsync()
    {
        var now = _clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        try
        {
            // The last days with their slots, and of the days before only the figures.
            TrackRecordQuery whole = new(TrackRecordQuery.FirstOf(TrackRecordQuery.DefaultDays, today), today),
                newest = whole with { From = TrackRecordQuery.FirstOf(SlotDays, today), WithSlots = true };
            var before = await _record.ReadAsync(whole with { To = newest.From.AddDays(-1) }, CancellationToken.None);
            var last = await _record.ReadAsync(newest, CancellationToken.None);
            await _counts.ReadAsync(CancellationToken.None);
            _stored = new(
                last.Slots!,
                TrackRecordAnswer.Of(_series.Name, whole, [.. before.Days, .. last.Days], null),
                await _recent.ReadAsync(CancellationToken.None),
                await _standing.ReadAsync(CancellationToken.None),
                null,
                now,
                null
            );
            return FreshFor;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            // The storage health check logs the failure.
            const string Problem = "the track record can't be read from storage";
            var known = _stored;
            if (known.Record is null)
            {
                _stored = known with { Problem = Problem };
            }
            else if (known.Outdated is null)
            {
                _stored = known with { Outdated = new(known.ReadAt, Problem) };
            }

            return RetryAfter;
        }
    }

    /// <summary>What was read from storage.</summary>
    private sealed record Stored(
        IReadOnlyList<SlotScore> Slots,
        TrackRecordAnswer? Record,
        RecentAnswers Recent,
        OwnStanding? Standing,
        string? Problem,
        DateTimeOffset ReadAt,
        OutdatedView? Outdated
    );

    /// <summary>The computed figures and their sources.</summary>
    private sealed record Quality(Stored Stored, PriceHistory Prices, QualityView View);
}
