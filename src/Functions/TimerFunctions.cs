using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.TrackRecord;
using Microsoft.Azure.Functions.Worker;

namespace Bittbridge.Functions;

/// <summary>
/// The timer triggers. Their schedules are top-level settings, because the host reads them before any code of the worker runs.
/// </summary>
public sealed class TimerFunctions(PollAndScore poll, HousekeepingRunner housekeeping)
{
    [Function("RefreshPrices")]
    public Task RefreshPricesAsync([TimerTrigger($"%{SettingNames.PricesSchedule}%")] TimerInfo timer, CancellationToken ct) =>
        poll.RunAsync(ct);

    [Function("Housekeeping")]
    public Task HousekeepingAsync([TimerTrigger($"%{SettingNames.HousekeepingSchedule}%")] TimerInfo timer, CancellationToken ct) =>
        housekeeping.RunAsync(ct);
}
