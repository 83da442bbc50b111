using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.TrackRecord;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Housekeeping;

/// <summary>The timers for a head without its own. At the start it polls at once when there is no price or only an old one.</summary>
internal sealed class MinerSchedule(
    PriceRefresh prices,
    ScheduledPoll scheduled,
    PollAndScore poll,
    HousekeepingRunner housekeeping,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<MinerSchedule> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await new ScheduledWork("The first price", settings.Prices.Schedule, prices.RefreshIfOldAsync, clock, logger).RunOnceAsync(
            stoppingToken
        );
        await Task.WhenAll(
            new ScheduledWork("RefreshPrices", settings.Prices.Schedule, PollAsync, clock, logger).RunAsync(stoppingToken),
            new ScheduledWork("Housekeeping", settings.HousekeepingSchedule, housekeeping.RunAsync, clock, logger).RunAsync(stoppingToken)
        );
    }

    private Task PollAsync(CancellationToken ct) => poll.RunAsync(scheduled.RunAsync, ct);
}
