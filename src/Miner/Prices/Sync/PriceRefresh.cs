using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>
/// One poll: calls the source, validates its prices and stores the accepted ones. Two concurrent polls, or one that stops half way, lose
/// nothing: points merge in any order, and the history is written before the snapshot.
/// </summary>
public sealed class PriceRefresh(
    IPriceSource source,
    IPriceStore store,
    MinerMetrics metrics,
    TimeProvider clock,
    ILogger<PriceRefresh> logger
)
{
    /// <summary>A longer time without a price is a gap; CoinGecko's own points are up to ten minutes apart.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(12);

    /// <summary>If the source's newest price is older than this, the source is stale and its price is not stored.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromMinutes(15);

    /// <summary>The maximum number of rejected prices that a poll logs one by one.</summary>
    private const int MaxObjections = 5;

    private static readonly TimeSpan ChartLength = TimeSpan.FromDays(1);
    private static readonly TimeSpan BetweenGapFills = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterFailedGapFill = TimeSpan.FromMinutes(15);

    private bool _startAfresh = source.StartsAfresh;

    /// <summary>The series that is refreshed.</summary>
    public PriceSeries Series => source.Series;

    /// <summary>Polls only when there is no price yet or the newest is older than a step. A head calls this when it starts.</summary>
    public async Task<PriceRefreshResult> RefreshIfOldAsync(CancellationToken ct)
    {
        try
        {
            var stored = await store.ReadAsync(ct);
            if (!_startAfresh && stored?.History.Newest is { } newest && clock.GetUtcNow() - newest.Time <= PriceSlot.Step)
            {
                return new(0, null, Skipped: true);
            }
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !ct.IsCancellationRequested)
        {
            return Counted(Fail(new(PriceFault.Storage, StorageFailures.InWords(exception))));
        }

        return await RefreshAsync(ct);
    }

    /// <summary>Polls the source now, unless a backoff applies or the month's calls are used up.</summary>
    public async Task<PriceRefreshResult> RefreshAsync(CancellationToken ct)
    {
        try
        {
            return Counted(await PollAsync(ct));
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !ct.IsCancellationRequested)
        {
            return Counted(Fail(new(PriceFault.Storage, StorageFailures.InWords(exception))));
        }
    }

    private PriceRefreshResult Counted(PriceRefreshResult result)
    {
        metrics.Polled(result);
        return result;
    }

    private async Task<PriceRefreshResult> PollAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var stored = await store.ReadAsync(ct);
        var poll = (stored?.Poll ?? new()).InMonthOf(now);
        if (WhyNot(poll, now) is { } reason)
        {
            PriceLog.LeftAlone(logger, source.Series, reason);
            LogAge(stored?.History);
            return new(0, null, Skipped: true);
        }

        var known = await KnownAsync(stored, now, ct);
        var spare = CallQuota.Spare(poll, now);
        var day = IsGap(known, poll, now, spare) ? await DayAsync(spare, ct) : null;
        var latest = await source.LatestAsync(mayRetry: spare >= 6, ct);
        var check = Check(known, poll, day, latest, now);
        if (check.Latest.WantsChart && day is null && MayAskChart(poll, now, spare))
        {
            day = await DayAsync(spare, ct);
            check = Check(known, poll, day, latest, now);
        }

        LogRejected([.. check.Day.Objections, .. check.Latest.Objections]);
        var outcome = new PollOutcome(
            now,
            (day?.Calls ?? 0) + latest.Calls,
            Failure(latest, check.Latest, now),
            latest.Failure is not null,
            latest.RetryAfter ?? day?.RetryAfter,
            day is null ? null : day.Failure is null,
            check.Latest.Watch == poll.Watch ? null : check.Latest.Watch
        );
        metrics.Called(outcome.Calls);
        var merged = known.Merge(check.Day.Accepted).Merge(IsStale(latest, now) ? [] : check.Latest.Accepted);
        await store.SaveAsync(source.Name, known, merged, state => outcome.Apply(state.InMonthOf(now)), replaceHistory: _startAfresh, ct);
        _startAfresh = false;
        LogAge(merged);
        if (source.Series.IsReal && StuckPrices.Since(merged) is { } since && StuckPrices.Since(known) is null)
        {
            PriceLog.Stuck(logger, source.Series, since);
        }

        return Done(merged, merged.Points().Except(known.Points()).Count(), outcome.Failure);
    }

    private async Task<PriceFetch> DayAsync(int spare, CancellationToken ct)
    {
        var day = await source.LastDayAsync(mayRetry: spare >= 4, ct);
        if (day.Failure is { } unfilled)
        {
            PriceLog.GapNotFilled(logger, source.Series, unfilled);
        }

        return day;
    }

    /// <summary>Gets the chart first, then the newest price, which the chart can confirm.</summary>
    private static (CheckedPrices Day, CheckedPrices Latest) Check(
        PriceHistory known,
        PollState poll,
        PriceFetch? day,
        PriceFetch latest,
        DateTimeOffset now
    )
    {
        var chart = day is { Failure: null } ? day.Prices : null;
        var filled = PriceCheck.Check(chart ?? [], known, poll.Watch, now, chart);
        return (filled, PriceCheck.Check(latest.Prices, known.Merge(filled.Accepted), filled.Watch, now, chart));
    }

    /// <summary>The known points, including those that a writer stored in the history before it stopped short of the snapshot.</summary>
    private async Task<PriceHistory> KnownAsync(PriceSnapshot? stored, DateTimeOffset now, CancellationToken ct)
    {
        var snapshot = stored?.History ?? PriceHistory.Empty;
        if (source.StartsAfresh)
        {
            return _startAfresh ? PriceHistory.Empty : snapshot;
        }

        // A damaged snapshot may lack points anywhere in its range.
        var newest = stored is { IsWhole: true } ? snapshot.Newest?.Time : null;
        if (newest is { } time && now - time < PriceSlot.Step * 1.5)
        {
            return snapshot;
        }

        var from = newest ?? now - (PriceSlot.Step * PriceSnapshot.Capacity);
        return snapshot.Merge((await store.ReadHistoryAsync(from, now, ct)).Points());
    }

    private static string? WhyNot(PollState poll, DateTimeOffset now) =>
        poll.NotBefore > now ? $"the next poll is after {poll.NotBefore:HH:mm:ss} UTC"
        : CallQuota.AllowsPoll(poll) ? null
        : $"the {CallQuota.Monthly} calls of {poll.Month} are used up";

    /// <summary>
    /// Whether to get the chart: when there are no prices yet, when the last attempt to fill a gap failed, or when there is a new gap, open
    /// or closed. A gap that a chart from after its end did not fill is a gap of the source itself, and is not tried again.
    /// </summary>
    private static bool IsGap(PriceHistory known, PollState poll, DateTimeOffset now, int spare) =>
        spare >= 2
        && (
            poll.GapOpenSince is { } tried
                ? now - tried >= AfterFailedGapFill
                : known.IsEmpty
                    || (
                        NewestGapEnd(known, now) > (poll.GapFilledAt ?? DateTimeOffset.MinValue)
                        && !(now - poll.GapFilledAt < BetweenGapFills)
                    )
        );

    private static bool MayAskChart(PollState poll, DateTimeOffset now, int spare) =>
        spare >= 2 && !(now - poll.GapOpenSince < AfterFailedGapFill);

    /// <summary>The end of the newest gap that the chart still covers, now for an open gap; null for none.</summary>
    private static DateTimeOffset? NewestGapEnd(PriceHistory known, DateTimeOffset now)
    {
        var end = now;
        foreach (var point in known.Points().Reverse())
        {
            if (end - point.Time > Gap)
            {
                return end;
            }

            end = point.Time;
            if (now - end > ChartLength)
            {
                break;
            }
        }

        return null;
    }

    private static bool IsStale(PriceFetch latest, DateTimeOffset now) => latest.Prices is [.., var quote] && now - quote.Time > Stale;

    private static PriceFailure? Failure(PriceFetch latest, CheckedPrices seen, DateTimeOffset now) =>
        latest.Failure
        ?? (
            latest.Prices is [.., { Cny: null }] ? new(PriceFault.NoPrice, "the source answered without a price in CNY")
            : seen.Objections.Count > 0 && seen.Accepted.Count == 0
                ? new(PriceFault.NotBelieved, $"the newest price was rejected: {seen.Objections[0]}")
            : IsStale(latest, now) ? new(PriceFault.Stale, $"the newest price is stale: it is from {latest.Prices[^1].Time:O}")
            : null
        );

    private void LogRejected(IReadOnlyList<string> objections)
    {
        foreach (var objection in objections.Take(MaxObjections))
        {
            PriceLog.NotBelieved(logger, source.Series, objection);
        }

        if (objections.Count > MaxObjections)
        {
            PriceLog.NotBelievedMore(logger, source.Series, objections.Count - MaxObjections);
        }
    }

    private void LogAge(PriceHistory? known)
    {
        if (known?.Newest is { } newest)
        {
            PriceLog.PriceAge(logger, source.Series, Math.Max(0, (clock.GetUtcNow() - newest.Time).TotalMinutes));
        }
    }

    private PriceRefreshResult Fail(PriceFailure failure)
    {
        PriceLog.Failed(logger, source.Series, failure);
        return new(0, failure);
    }

    private PriceRefreshResult Done(PriceHistory merged, int added, PriceFailure? failure)
    {
        if (added > 0)
        {
            PriceLog.Refreshed(logger, source.Series, added, source.Name, merged.Newest?.Cny, merged.Newest?.Time);
        }

        return failure is null ? new(added, null) : Fail(failure) with { Added = added };
    }

    /// <summary>Applies the result of a poll to the state, which another poll may have changed meanwhile.</summary>
    private sealed record PollOutcome(
        DateTimeOffset At,
        int Calls,
        PriceFailure? Failure,
        bool SourceFailed,
        TimeSpan? RetryAfter,
        bool? GapFilled,
        JumpWatch? Watch
    )
    {
        public PollState Apply(PollState state)
        {
            var failures = Failure is null ? 0 : state.FailuresInARow + 1;

            // A source that answers is called at every poll, even when its prices are rejected: a move needs several polls.
            var pause = PollBackoff.Pause(SourceFailed ? failures : 0, Failure is null ? null : RetryAfter);
            return state with
            {
                AskedAt = At,
                FetchedAt = Failure is null ? At : state.FetchedAt,
                CallsThisMonth = state.CallsThisMonth + Calls,
                FailuresInARow = failures,
                LastFailure = Failure,
                NotBefore = At + pause,
                GapFilledAt = GapFilled == true ? At : state.GapFilledAt,
                GapOpenSince = GapFilled switch
                {
                    true => null,
                    false => At,
                    null => state.GapOpenSince,
                },
                // What is stored may be newer: from another poll meanwhile, or from after this instance's clock.
                Watch = Watch ?? state.Watch,
            };
        }
    }
}

/// <summary>The result of a refresh.</summary>
/// <param name="Added">The number of new points.</param>
/// <param name="Failure">What went wrong; null for success.</param>
/// <param name="Skipped">Whether the poll was skipped on purpose.</param>
public sealed record PriceRefreshResult(int Added, PriceFailure? Failure, bool Skipped = false);
