using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>
/// A poll after an answer, in case the timer has stopped: two scheduled polls are overdue, and challenges arrive. One instance at a time
/// runs it, and only for CoinGecko; simulated and recorded prices are made by the process that uses them.
/// </summary>
internal sealed class LatePoll(
    IPrices prices,
    IPriceStore store,
    PriceRefresh refresh,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<LatePoll> logger
)
{
    /// <summary>How long an answer's invocation waits for it: longer than the total timeout of CoinGecko calls.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(25);

    /// <summary>How long a claim keeps other instances from polling, even if the claiming one has stopped.</summary>
    public static readonly TimeSpan ClaimLength = TimeSpan.FromMinutes(2);

    /// <summary>How long the timer's own poll may still be running after its scheduled time.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly CrontabSchedule _schedule = ScheduledWork.Parse(settings.Prices.Schedule);
    private TimeWindow _pause;
    private int _running;

    /// <summary>Polls if the timer has not. A storage failure, or <see cref="MaxDuration"/>, ends it and is logged, not thrown.</summary>
    public async Task RunAsync()
    {
        var now = clock.GetUtcNow();
        if (
            settings.Prices.Source != PriceSettings.CoinGecko
            || !IsLate(prices.InMemory, now)
            || _pause.Contains(now)
            || Interlocked.Exchange(ref _running, 1) == 1
        )
        {
            return;
        }

        using var timeIsUp = new CancellationTokenSource(MaxDuration, clock);
        try
        {
            // Whatever the result, do not check again during this time.
            _pause = new(now, ClaimLength);
            await PollAsync(now, timeIsUp.Token);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            var reason = timeIsUp.IsCancellationRequested
                ? $"it took longer than {MaxDuration.TotalSeconds:0} s"
                : StorageFailures.InWords(exception);
            PriceLog.LatePollFailed(logger, refresh.Series, reason);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task PollAsync(DateTimeOffset now, CancellationToken ct)
    {
        // Without requests, memory may be older than storage.
        var stored = await store.ReadAsync(ct);
        if (IsLate(stored, now) && await store.TryClaimPollAsync(ClaimLength, ct))
        {
            PriceLog.PolledLate(logger, refresh.Series, LastPoll(stored) is { } last ? (now - last).TotalMinutes : 0);
            await refresh.RefreshAsync(ct);
        }
    }

    private bool IsLate(PriceSnapshot? snapshot, DateTimeOffset now)
    {
        if (snapshot?.Poll.NotBefore > now)
        {
            return false;
        }

        return LastPoll(snapshot) is not { } last
            || _schedule.GetNextOccurrence(_schedule.GetNextOccurrence(last.UtcDateTime)) + Grace <= now.UtcDateTime;
    }

    private static DateTimeOffset? LastPoll(PriceSnapshot? snapshot) =>
        snapshot?.Poll.AskedAt ?? snapshot?.Poll.FetchedAt ?? snapshot?.History.Newest?.Time;
}
