using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// Scores the matured forecasts after each poll. A failure is logged and never fails the poll; the next run continues.
/// </summary>
public sealed class ForecastScoring
{
    /// <summary>The timeout of one run, since the next poll waits for its end.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(60);

    private readonly ScoringRun _run;
    private readonly PriceSeries _series;
    private readonly MinerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<ForecastScoring> _logger;

    internal ForecastScoring(
        ScoringRun run,
        PriceSeries series,
        MinerMetrics metrics,
        TimeProvider clock,
        ILogger<ForecastScoring> logger
    ) => (_run, _series, _metrics, _clock, _logger) = (run, series, metrics, clock, logger);

    /// <summary>Scores a bounded number of matured forecasts.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var late = new CancellationTokenSource(MaxDuration, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            await OptimisticUpdate.UpdateOptimisticallyAsync(token => _run.RunAsync(Report, token), both.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            TrackRecordLog.StorageFailed(_logger, _series, StorageFailures.InWords(exception));
        }
        // An unexpected row must not fail the poll.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            TrackRecordLog.Failed(_logger, exception, _series);
        }
    }

    /// <summary>Metrics can't take a value back, so they count the first outcome of a forecast and no revision.</summary>
    private void Report(MaturedForecast matured, ScoredSlot outcome)
    {
        var forecast = outcome.Forecast;
        TrackRecordLog.Scored(
            _logger,
            matured.Model.ToString(),
            matured.Role,
            forecast.Price,
            forecast.Interval?.Lower,
            forecast.Interval?.Upper,
            matured.Target,
            forecast.Truth
        );
        if (!matured.HasOutcome)
        {
            _metrics.Scored(matured.Model, matured.Role, outcome);
        }
    }
}
