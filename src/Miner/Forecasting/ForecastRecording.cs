using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Stores answers after they were sent. A failure has no other effect than a log line.</summary>
internal sealed class ForecastRecording(IForecastLog forecasts, PendingWork pending, TimeProvider clock, ILogger<ForecastRecording> logger)
{
    /// <summary>How long an invocation waits for the write of its record.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    /// <summary>The same after a write that failed or was not confirmed in time, until one succeeds.</summary>
    private static readonly TimeSpan MaxWaitInOutage = TimeSpan.FromSeconds(0.25);

    /// <summary>The last write that an invocation has waited for.</summary>
    private volatile Task _last = Task.CompletedTask;

    /// <summary>Begins the write of a record. The stop of the miner waits for it.</summary>
    /// <returns>The write. The log of forecasts logs its failure.</returns>
    public Task Begin(ForecastRecord record)
    {
        var writing = forecasts.RecordAsync(record, CancellationToken.None);
        pending.Add(writing);
        return writing;
    }

    /// <summary>Begins the write of a record and waits for it, within limits.</summary>
    public async Task RecordAsync(ForecastRecord record)
    {
        var writing = Begin(record);
        if (writing.IsCompletedSuccessfully)
        {
            // Nothing had to be written, which says nothing about storage.
            return;
        }

        var isOutage = !_last.IsCompletedSuccessfully;
        try
        {
            await writing.WaitAsync(isOutage ? MaxWaitInOutage : MaxWait, clock);
        }
        catch (TimeoutException)
        {
            if (!isOutage)
            {
                ForecastingLog.NotConfirmed(logger, record.Target.Time, MaxWait.TotalSeconds, MaxWaitInOutage.TotalSeconds);
            }
        }
        // The log of forecasts has logged it, and the work after it goes on.
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        { }
        finally
        {
            _last = writing;
        }
    }
}
