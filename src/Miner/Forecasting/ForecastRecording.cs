using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Keeps what was answered, once the answer is out; a record that can't be kept costs a line in the log.</summary>
internal sealed class ForecastRecording(IForecastLog forecasts, TimeProvider clock, ILogger<ForecastRecording> logger)
{
    /// <summary>How long a record may take.</summary>
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(5);

    public async Task RecordAsync(ForecastRecord record)
    {
        using var late = new CancellationTokenSource(MaxDuration, clock);
        try
        {
            await forecasts.RecordAsync(record, late.Token);
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
        {
            ForecastingLog.NotRecorded(logger, record.Target.Time, StorageFailures.InWords(exception));
        }
    }
}
