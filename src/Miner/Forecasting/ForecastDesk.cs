using System.Globalization;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>
/// Answers with a forecast within the time left, whatever the model in service does. A model that throws, hangs, gives none or gives nonsense costs one fallback answer,
/// the last price with the miner's own interval, made from what is in memory.
/// </summary>
/// <param name="models">Which model answers.</param>
/// <param name="intervals">Makes the fallback's intervals.</param>
/// <param name="prices">The prices at hand.</param>
/// <param name="settings">Say how long an answer may take.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Told of every fallback.</param>
public sealed class ForecastDesk(
    IModelsInService models, IIntervalEstimator intervals, IPrices prices, MinerSettings settings, TimeProvider clock, ILogger<ForecastDesk> logger)
{
    /// <summary>Prices older than this say too little to answer with.</summary>
    public static readonly TimeSpan OldestPrice = TimeSpan.FromHours(24);

    /// <summary>How long a probe's outcome is told again. Strangers ask for it as often as they like.</summary>
    public static readonly TimeSpan ProbeFor = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<LiveForecast>? _probe;
    private long _probedAt;

    private readonly Forecaster _fallback = new(new LastPriceModel(), intervals);

    /// <summary>The model that answers now.</summary>
    public ModelId Model => models.Current.Model.Id;

    /// <summary>A forecast for one hour from now, within <paramref name="timeLeft"/>.</summary>
    /// <param name="timeLeft">What is left of the challenge's budget; none or less: the fallback answers at once.</param>
    /// <param name="ct">The caller went away.</param>
    public Task<LiveForecast> ForecastAsync(TimeSpan timeLeft, CancellationToken ct) => ForecastAsync(timeLeft, isProbe: false, ct);

    /// <summary>
    /// Whether a forecast can be given, tried out with the whole budget. However many ask, the model runs once in <see cref="ProbeFor"/>, and what comes of it neither counts against the
    /// model nor uses up its trial.
    /// </summary>
    /// <param name="ct">Whoever asks went away; the probe goes on for the others.</param>
    public Task<LiveForecast> ProbeAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_probe is null or { IsCompleted: true } && !IsToldAgain(_probe))
            {
                (_probe, _probedAt) = (Task.Run(() => ForecastAsync(settings.Budget, isProbe: true, CancellationToken.None), CancellationToken.None), clock.GetTimestamp());
            }

            return _probe!.WaitAsync(ct);
        }
    }

    /// <summary>An outcome for which the model was not run, since there is no price, costs nothing and is looked for each time.</summary>
    private bool IsToldAgain(Task<LiveForecast>? probe) => probe is { IsCompletedSuccessfully: true, Result.Forecast: not null } && clock.GetElapsedTime(_probedAt) < ProbeFor;

    private async Task<LiveForecast> ForecastAsync(TimeSpan timeLeft, bool isProbe, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        // Both waits are a cold instance's first request's only, and they go on side by side.
        var choosing = models.CurrentAsync(timeLeft / 2, ct).AsTask();
        var snapshot = await SnapshotAsync(timeLeft, ct).ConfigureAwait(false);
        var serving = await choosing.ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var history = snapshot?.History.Until(now) ?? PriceHistory.Empty;
        if (Unusable(history, now) is { } reason)
        {
            return new(null, serving.Model.Id, now, snapshot?.Series, snapshot?.Source, reason);
        }

        var time = ModelTime.Of(timeLeft - clock.GetElapsedTime(started), settings.Budget) with { IsProbe = isProbe };
        ModelAnswer? answer;
        while ((answer = await serving.Model.ForecastAsync(serving.Forecaster, now, history, time, ct).ConfigureAwait(false)) is null)
        {
            // It was replaced and cleaned up in this very moment.
            serving = models.Current;
        }

        if (answer.Forecast is { } forecast)
        {
            return new(forecast, serving.Model.Id, now, snapshot!.Series, snapshot.Source, null) { Calibration = serving.Calibration, History = history };
        }

        if (!isProbe)
        {
            ForecastingLog.FellBack(logger, serving.Model.Id, answer.Problem);
        }

        var last = await _fallback.ForecastAsync(now, history, CancellationToken.None).ConfigureAwait(false);
        return new(last, _fallback.ModelId, now, snapshot!.Series, snapshot.Source, $"{serving.Model.Id} gave no forecast: {answer.Problem}") { History = history };
    }

    private static string? Unusable(PriceHistory history, DateTimeOffset now)
    {
        if (history.Newest is not { } newest)
        {
            return "no price is known yet";
        }

        var age = now - newest.Time;
        return age > OldestPrice ? string.Create(CultureInfo.InvariantCulture, $"the newest price is {age.TotalHours:0} hours old") : null;
    }

    private async Task<PriceSnapshot?> SnapshotAsync(TimeSpan timeLeft, CancellationToken caller)
    {
        using var spent = new CancellationTokenSource(timeLeft > TimeSpan.Zero ? timeLeft : TimeSpan.Zero, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, caller);
        try
        {
            return await prices.CurrentAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return prices.InMemory;
        }
    }
}
