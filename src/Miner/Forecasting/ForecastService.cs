using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Answers with a forecast within the time left, whatever the model in service does. A model that throws, hangs, gives none or gives
/// nonsense costs one fallback answer, the last price with the miner's own interval, made from what is in memory.
/// </summary>
/// <param name="models">Which model answers.</param>
/// <param name="intervals">Makes the fallback's intervals.</param>
/// <param name="prices">The prices at hand.</param>
/// <param name="settings">Say how long an answer may take.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Told of every fallback.</param>
internal sealed class ForecastService(
    IActiveModel models,
    IIntervalEstimator intervals,
    IPrices prices,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<ForecastService> logger
)
{
    /// <summary>Prices older than this say too little to answer with.</summary>
    public static readonly TimeSpan MaxPriceAge = TimeSpan.FromHours(24);

    private readonly LastPriceFallback _fallback = new(intervals);

    private volatile ModelProblem? _lastProblem;

    /// <summary>
    /// Why the model that answers now gave no forecast when it was last asked; null when it gave one or was not asked yet.
    /// </summary>
    public string? LastProblem =>
        _lastProblem is { } problem && problem.Model == Model ? $"{problem.Model} gave no forecast: {problem.Text}" : null;

    /// <summary>The model that answers now.</summary>
    public ModelId Model => models.Current.Model.Id;

    /// <summary>A forecast for one hour from now, within <paramref name="timeLeft"/>.</summary>
    /// <param name="timeLeft">What is left of the challenge's budget; none or less: the fallback answers at once.</param>
    /// <param name="ct">The caller went away.</param>
    public async Task<LiveForecast> ForecastAsync(TimeSpan timeLeft, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        // Both waits are a cold instance's first request's only, and they go on side by side.
        var choosing = models.CurrentAsync(timeLeft / 2, ct).AsTask();
        var snapshot = await SnapshotAsync(timeLeft, ct);
        var serving = await choosing;
        var now = clock.GetUtcNow();
        var history = snapshot?.History.Until(now) ?? PriceHistory.Empty;
        if (Unusable(history, now) is { } reason)
        {
            return new(null, serving.Model.Id, now, snapshot?.Series, snapshot?.Source, reason);
        }

        var time = ModelTime.Of(timeLeft - clock.GetElapsedTime(started), settings.Budget);
        ModelAnswer? answer;
        while ((answer = await serving.Model.ForecastAsync(serving.Forecaster, now, history, time, ct)) is null)
        {
            // It was replaced and cleaned up in this very moment.
            serving = models.Current;
        }

        if (answer.Forecast is { } forecast)
        {
            _lastProblem = null;
            return new(forecast, serving.Model.Id, now, snapshot!.Series, snapshot.Source, null)
            {
                Calibration = serving.Calibration,
                History = history,
            };
        }

        if (time.Counts)
        {
            // What a caller left too little time for says nothing about the model.
            _lastProblem = new(serving.Model.Id, answer.Problem);
        }

        ForecastingLog.FellBack(logger, serving.Model.Id, answer.Problem);
        var last = await _fallback.ForecastAsync(now, history, exception => ForecastingLog.FallbackFailed(logger, exception));
        return new(
            last,
            _fallback.ModelId,
            now,
            snapshot!.Series,
            snapshot.Source,
            $"{serving.Model.Id} gave no forecast: {answer.Problem}"
        )
        {
            History = history,
        };
    }

    private static string? Unusable(PriceHistory history, DateTimeOffset now)
    {
        if (history.Newest is not { } newest)
        {
            return "no price is known yet";
        }

        var age = now - newest.Time;
        return age > MaxPriceAge ? $"the newest price is {age.TotalHours:0} hours old" : null;
    }

    private async Task<PriceSnapshot?> SnapshotAsync(TimeSpan timeLeft, CancellationToken caller)
    {
        using var spent = new CancellationTokenSource(timeLeft > TimeSpan.Zero ? timeLeft : TimeSpan.Zero, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, caller);
        try
        {
            return await prices.CurrentAsync(both.Token);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return prices.InMemory;
        }
    }

    private sealed record ModelProblem(ModelId Model, string Text);
}
