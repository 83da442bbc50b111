using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// Scores the forecasts whose hour is over, after each poll. A failure costs a line in the log and never the poll: the next run does what
/// this one left.
/// </summary>
public sealed class ForecastScoring
{
    /// <summary>So long at most, since the next poll waits for its end.</summary>
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

    /// <summary>Scores what has matured, up to a bound.</summary>
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
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
        {
            TrackRecordLog.StorageFailed(_logger, _series, StorageFailures.InWords(exception));
        }
        // A row that nobody expected must not cost the poll.
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
