using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using NCrontab;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>
/// The poll of a head with its own timer. Each instance has such a timer; of the instances that share their tables, one polls at each
/// scheduled time. The others wait, and poll too if that one has not, because it may have stopped. Only polls of CoinGecko are shared:
/// simulated and recorded prices are made by the process that uses them.
/// </summary>
internal sealed class ScheduledPoll(PriceRefresh refresh, IPriceStore store, MinerSettings settings, TimeProvider clock)
{
    /// <summary>How long the others wait: longer than a poll usually takes, and short enough for a price of the same slot.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly CrontabSchedule _schedule = ScheduledWork.Parse(settings.Prices.Schedule);

    /// <summary>Polls, unless another instance does.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (settings.Prices.Source != PriceSettings.CoinGecko || !await IsDoneByAnotherAsync(ct))
        {
            await refresh.RefreshAsync(ct);
        }
    }

    private async Task<bool> IsDoneByAnotherAsync(CancellationToken ct)
    {
        // A scheduled time is known by the one after it, which is the same for all instances, however late they run or their clocks are.
        var now = clock.GetUtcNow();
        var next = Next(now);
        try
        {
            if (await store.TryClaimScheduledPollAsync(next, ct))
            {
                return false;
            }

            var wait = (next - now) / 2;
            await Task.Delay(wait < MaxWait ? wait : MaxWait, clock, ct);
            return (await store.ReadAsync(ct))?.Poll.AskedAt is { } asked && Next(asked) == next;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !ct.IsCancellationRequested)
        {
            // The poll itself reports the failure.
            return false;
        }
    }

    private DateTimeOffset Next(DateTimeOffset time) => ScheduledWork.Next(_schedule, time);
}
