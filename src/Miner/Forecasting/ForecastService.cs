using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Answers with a forecast within the time left, whatever the active model does. If the model throws, hangs, returns nothing or returns an
/// implausible forecast, the answer is the fallback: the last price with the miner's own interval, made from the prices in memory.
/// </summary>
/// <param name="models">Tells which model is active.</param>
/// <param name="intervals">Makes the fallback's intervals.</param>
/// <param name="prices">The stored prices.</param>
/// <param name="settings">The settings, for the budget.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Logs every fallback.</param>
internal sealed class ForecastService(
    IActiveModel models,
    IIntervalEstimator intervals,
    IPrices prices,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<ForecastService> logger
)
{
    /// <summary>With prices older than this there is no forecast.</summary>
    public static readonly TimeSpan MaxPriceAge = TimeSpan.FromHours(24);

    private readonly LastPriceFallback _fallback = new(intervals);

    private volatile ModelProblem? _lastProblem;
    private volatile SharedForecast? _shared;

    /// <summary>Why the active model gave no forecast the last time it ran; null if it gave one or has not run yet.</summary>
    public string? LastProblem =>
        _lastProblem is { } problem && problem.Model == Model ? $"{problem.Model} gave no forecast: {problem.Text}" : null;

    /// <summary>The active model.</summary>
    public ModelId Model => models.Current.Model.Id;

    /// <summary>A forecast for one hour from now, within <paramref name="timeLeft"/>.</summary>
    /// <param name="timeLeft">What is left of the challenge's budget; at zero or less the fallback answers at once.</param>
    /// <param name="ct">Canceled when the caller disconnects.</param>
    public async Task<LiveForecast> ForecastAsync(TimeSpan timeLeft, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        // Only the first request of a cold instance waits here; both waits run concurrently.
        var choosing = models.CurrentAsync(timeLeft / 2, ct).AsTask();
        var snapshot = await SnapshotAsync(timeLeft, ct);
        var serving = await choosing;
        var now = clock.GetUtcNow();
        var history = snapshot?.History.Until(now) ?? PriceHistory.Empty;
        if (Unusable(history, now) is { } reason)
        {
            return new(null, serving.Model.Id, now, snapshot?.Series, snapshot?.Source, reason);
        }

        if (_shared is { } shared && shared.IsFor(serving, snapshot!, history, now))
        {
            return shared.Answer with { MadeAt = now };
        }

        var time = ModelTime.Of(timeLeft - clock.GetElapsedTime(started), settings.Budget);
        var answer = await serving.Model.ForecastAsync(serving.Forecaster, now, history, time, ct);
        while (answer is null && models.Current is var newer && newer.Model != serving.Model)
        {
            // The model was replaced and cleaned up since it was read.
            serving = newer;
            answer = await serving.Model.ForecastAsync(serving.Forecaster, now, history, time, ct);
        }

        // Without a replacement, the miner is stopping.
        answer ??= new(null, "it was cleaned up because the miner stops");
        if (answer.Forecast is { } forecast)
        {
            // A forecast without a run is no sign that a model whose circuit is open works again.
            if (serving.Model.CircuitOpenUntil is null)
            {
                _lastProblem = null;
            }

            var live = new LiveForecast(forecast, serving.Model.Id, now, snapshot!.Series, snapshot.Source, null)
            {
                Calibration = serving.Calibration,
                History = history,
            };
            _shared = serving.Model.IsDeterministic ? new(serving, snapshot, live) : null;
            return live;
        }

        if (time.Counts)
        {
            // A shorter run says nothing about the model.
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

    /// <summary>A forecast for all challenges of its second.</summary>
    private sealed record SharedForecast(ActiveModel Serving, PriceSnapshot Snapshot, LiveForecast Answer)
    {
        public bool IsFor(ActiveModel serving, PriceSnapshot snapshot, PriceHistory history, DateTimeOffset now) =>
            ReferenceEquals(Serving, serving)
            && ReferenceEquals(Snapshot, snapshot)
            && Answer.History!.Count == history.Count
            && Answer.MadeAt.ToUnixTimeSeconds() == now.ToUnixTimeSeconds();
    }

    private sealed record ModelProblem(ModelId Model, string Text);
}
