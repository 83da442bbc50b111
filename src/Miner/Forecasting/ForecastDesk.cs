using System.Globalization;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>
/// Answers with a forecast within the time left, whatever the model does. A model that throws, hangs, gives none or gives nonsense costs one fallback answer,
/// the last price with its interval, made from what is in memory.
/// </summary>
public sealed class ForecastDesk
{
    /// <summary>Prices older than this say too little to answer with.</summary>
    public static readonly TimeSpan OldestPrice = TimeSpan.FromHours(24);

    private readonly IPrices _prices;
    private readonly TimeProvider _clock;
    private readonly ILogger<ForecastDesk> _logger;
    private readonly Forecaster _active;
    private readonly Forecaster _fallback;
    private readonly Lazy<Task<bool>> _initialised;

    /// <param name="model">The model that answers.</param>
    /// <param name="intervals">Makes the intervals that models leave out.</param>
    /// <param name="prices">The prices at hand.</param>
    /// <param name="clock">The miner's clock.</param>
    /// <param name="logger">Told of every fallback.</param>
    /// <param name="keepsOwn">Whether a model's own interval is kept.</param>
    public ForecastDesk(IPredictionModel model, IIntervalEstimator intervals, IPrices prices, TimeProvider clock, ILogger<ForecastDesk> logger, bool keepsOwn = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_prices, _clock, _logger) = (prices, clock, logger);
        _active = new(model, intervals, keepsOwn);
        _fallback = new(new LastPriceModel(), intervals);
        _initialised = new(() => InitializeAsync(model));
    }

    /// <summary>The configured model.</summary>
    public ModelId Model => _active.ModelId;

    /// <summary>Why another model than the one asked for is the configured one; null when it is that one.</summary>
    public string? Problem { get; init; }

    /// <summary>A forecast for one hour from now, within <paramref name="timeLeft"/>.</summary>
    /// <param name="timeLeft">What is left of the challenge's budget; none or less: the fallback answers at once.</param>
    /// <param name="ct">The caller went away.</param>
    public async Task<LiveForecast> ForecastAsync(TimeSpan timeLeft, CancellationToken ct)
    {
        var started = _clock.GetTimestamp();
        using var spent = new CancellationTokenSource(timeLeft > TimeSpan.Zero ? timeLeft : TimeSpan.Zero, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, ct);
        var snapshot = await SnapshotAsync(both.Token, ct).ConfigureAwait(false);
        var now = _clock.GetUtcNow();
        var history = snapshot?.History.Until(now) ?? PriceHistory.Empty;
        if (Unusable(history, now) is { } reason)
        {
            return new(null, Model, now, snapshot?.Series, snapshot?.Source, reason);
        }

        var left = timeLeft - _clock.GetElapsedTime(started);
        var (forecast, problem) = await ActiveAsync(now, history, left, both.Token, ct).ConfigureAwait(false);
        if (forecast is not null)
        {
            return new(forecast, Model, now, snapshot!.Series, snapshot.Source, null);
        }

        ForecastingLog.FellBack(_logger, Model, problem);
        var last = await _fallback.ForecastAsync(now, history, CancellationToken.None).ConfigureAwait(false);
        return new(last, _fallback.ModelId, now, snapshot!.Series, snapshot.Source, $"{Model} gave no forecast: {problem}");
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

    private async Task<PriceSnapshot?> SnapshotAsync(CancellationToken inTime, CancellationToken caller)
    {
        try
        {
            return await _prices.CurrentAsync(inTime).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return _prices.InMemory;
        }
    }

    private async Task<(Forecast? Forecast, string Problem)> ActiveAsync(DateTimeOffset now, PriceHistory history, TimeSpan left, CancellationToken inTime, CancellationToken caller)
    {
        if (left <= TimeSpan.Zero)
        {
            return (null, "the budget was spent before its turn");
        }

        try
        {
            // On a thread of its own: a model that never yields must not hold the answer.
            var work = Task.Run(async () => await _initialised.Value.ConfigureAwait(false) ? await _active.ForecastAsync(now, history, inTime).ConfigureAwait(false) : null, inTime);
            var forecast = await work.WaitAsync(left, _clock, caller).ConfigureAwait(false);
            return forecast is null
                ? (null, _initialised.Value is { IsCompletedSuccessfully: true, Result: false } ? "it could not be initialised" : string.Create(CultureInfo.InvariantCulture, $"it has no answer from {history.Count} prices"))
                : ForecastGuard.Objection(forecast, history) is { } objection ? (null, objection) : (forecast, "");
        }
        catch (OperationCanceledException) when (caller.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return (null, string.Create(CultureInfo.InvariantCulture, $"it took longer than the {left.TotalMilliseconds:0} ms that were left"));
        }
        catch (UnusableAnswerException exception)
        {
            return (null, exception.Message);
        }
        // A user's model may throw anything; it costs this one answer.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.ModelThrew(_logger, exception, Model);
            return (null, $"it threw {exception.GetType().Name}");
        }
    }

    private async Task<bool> InitializeAsync(IPredictionModel model)
    {
        try
        {
            if (await model.InitializeAsync(CancellationToken.None).ConfigureAwait(false))
            {
                return true;
            }

            ForecastingLog.NotInitialised(_logger, null, model.Id);
        }
        // As above: a model that can't start leaves the miner running.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.NotInitialised(_logger, exception, model.Id);
        }

        return false;
    }
}
