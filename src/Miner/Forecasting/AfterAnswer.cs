using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Telemetry;

namespace Bittbridge.Miner.Forecasting;

/// <summary>The work that follows an answer once it was sent: its record, the shadows, and a poll if the timer has stopped.</summary>
internal sealed class AfterAnswer(
    ForecastRecording recording,
    ShadowRuns shadows,
    IActiveModel models,
    LatePoll poll,
    PendingWork pending,
    MinerMetrics metrics
)
{
    /// <summary>How long to wait for a refresh of the deployment that the challenge may have started.</summary>
    private static readonly TimeSpan MaxRefreshTime = TimeSpan.FromSeconds(2);

    /// <summary>Does the work within the invocation, for a host that may freeze the process when the invocation ends.</summary>
    /// <param name="answered">What was sent.</param>
    /// <param name="record">Its record; null if there is nothing to record.</param>
    public async Task FinishAsync(LiveForecast answered, ForecastRecord? record)
    {
        using (metrics.Begin("record"))
        {
            if (record is not null)
            {
                await recording.RecordAsync(record);
            }
        }

        await pending.RunAsync(() => shadows.RunAsync(answered));
        // Last, since it may take longest. It polls only if the timer does not.
        var polling = pending.RunAsync(poll.RunAsync);
        await models.SettleAsync(MaxRefreshTime);
        await polling;
    }

    /// <summary>
    /// Begins the work and waits for none of it, for a host whose process goes on: a server reads the next request of a connection only
    /// when the last one has returned.
    /// </summary>
    /// <inheritdoc cref="FinishAsync"/>
    public void Begin(LiveForecast answered, ForecastRecord? record)
    {
        using (metrics.Begin("record"))
        {
            if (record is not null)
            {
                _ = recording.Begin(record);
            }
        }

        pending.Begin(() => shadows.RunAsync(answered));
        // A stop does not wait for it: the next process polls when it starts.
        _ = pending.RunAsync(poll.RunAsync);
    }
}
