using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Stores an answer after it was sent. A failure is logged and has no other effect.</summary>
internal sealed class ForecastRecording(IForecastLog forecasts, TimeProvider clock, ILogger<ForecastRecording> logger)
{
    /// <summary>How long a request waits for the write of its record.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    public async Task RecordAsync(ForecastRecord record)
    {
        using var late = new CancellationTokenSource(MaxWait, clock);
        try
        {
            await forecasts.RecordAsync(record, late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            ForecastingLog.NotConfirmed(logger, record.Target.Time, MaxWait.TotalSeconds);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            ForecastingLog.NotRecorded(logger, record.Target.Time, StorageFailures.InWords(exception));
        }
    }
}
