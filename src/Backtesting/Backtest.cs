using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Backtesting;

/// <summary>
/// Makes one forecast at each price of a recording, from the prices known at that time, with the code of a live challenge: the forecaster,
/// the plausibility check and the fallback. Forecasts are made concurrently, because each depends only on its prices.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="intervals">Makes the intervals; null for those of a miner with its default settings.</param>
/// <param name="keepsOwn">Whether a model's own interval is kept.</param>
public sealed class Backtest(IPredictionModel model, IIntervalEstimator? intervals = null, bool keepsOwn = true)
{
    /// <summary>The number of forecasts between two reports of the progress.</summary>
    private const int Batch = 64;

    /// <summary>Far more than the budget of a challenge, even on a busy machine.</summary>
    internal TimeSpan MaxForecastTime { get; init; } = TimeSpan.FromSeconds(10);

    internal TimeSpan MaxInitializeTime { get; init; } = TimeSpan.FromSeconds(30);

    private readonly Forecaster _active = new(SharedReplay.Of(model), intervals ?? DefaultIntervals, keepsOwn);
    private readonly LastPriceFallback _fallback = new(intervals ?? DefaultIntervals);

    /// <summary>The intervals of a miner with its default settings.</summary>
    public static IIntervalEstimator DefaultIntervals { get; } = new CalibratedIntervalEstimator(ShippedCalibration.Value, learning: true);

    public ModelId ModelId => model.Id;

    /// <param name="recording">The prices.</param>
    /// <param name="times">The instants of forecasts, in ascending order; null for each price.</param>
    /// <param name="made">Called on any thread after each batch of forecasts, with the size of the batch.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="BacktestException">The model can't be initialized, or a forecast takes more than ten seconds.</exception>
    public async Task<IReadOnlyList<MadeForecast>> RunAsync(
        PriceRecording recording,
        IReadOnlyList<DateTimeOffset>? times = null,
        Action<int>? made = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(recording);
        var range = times ?? recording.Times;
        if (range.Count == 0 || range[0] < recording.Times[0])
        {
            throw new BacktestException(
                $"No price is known at the first instant of the backtest: begin at {recording.Times[0]:u} or later."
            );
        }

        await InitializeAsync(ct).ConfigureAwait(false);
        var forecasts = new MadeForecast[range.Count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        BacktestException? late = null;
        try
        {
            await Parallel
                .ForEachAsync(
                    Enumerable.Range(0, (range.Count + Batch - 1) / Batch),
                    new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop.Token },
                    async (batch, _) =>
                    {
                        var (from, to) = (batch * Batch, Math.Min(range.Count, (batch + 1) * Batch));
                        if (await HangsAsync(recording, range, forecasts, from, to, stop.Token).ConfigureAwait(false) is { } at)
                        {
                            // Set before the cancellation, so that the caller gets this exception and not the one of a canceled batch.
                            Interlocked.CompareExchange(ref late, Late($"had no forecast for {at:u}", MaxForecastTime), null);
                            await stop.CancelAsync().ConfigureAwait(false);
                            return;
                        }

                        made?.Invoke(to - from);
                    }
                )
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late is not null && !ct.IsCancellationRequested)
        {
            // Reported below.
        }

        return late is null ? forecasts : throw late;
    }

    /// <summary>Initializes the model, as <see cref="RunAsync"/> does.</summary>
    /// <exception cref="BacktestException">It can't be initialized.</exception>
    public async Task InitializeAsync(CancellationToken ct = default)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            // On another thread, because the model may block.
            var initialized = Task.Run(() => model.InitializeAsync(late.Token).AsTask(), CancellationToken.None);
            if (!await initialized.WaitAsync(MaxInitializeTime, ct).ConfigureAwait(false))
            {
                throw new BacktestException($"The model {model.Id} can't be initialized: its InitializeAsync returned false.");
            }
        }
        catch (TimeoutException)
        {
            await late.CancelAsync().ConfigureAwait(false);
            throw Late("was not initialized", MaxInitializeTime);
        }
        catch (Exception exception)
            when (exception is not BacktestException && !(exception is OperationCanceledException && ct.IsCancellationRequested))
        {
            throw new BacktestException($"The model {model.Id} can't be initialized: {ModelFailure.Describe(exception)}.", exception);
        }
    }

    /// <summary>
    /// Makes the forecasts of a batch on another thread and watches their progress, because the model may block. A forecast that takes too
    /// long fails the backtest: a miner could never use such a model.
    /// </summary>
    /// <returns>The instant of a forecast that takes too long; null when all are made.</returns>
    private async Task<DateTimeOffset?> HangsAsync(
        PriceRecording recording,
        IReadOnlyList<DateTimeOffset> range,
        MadeForecast[] forecasts,
        int from,
        int to,
        CancellationToken stop
    )
    {
        var next = from;
        var work = Task.Run(
            async () =>
            {
                for (; next < to; Volatile.Write(ref next, next + 1))
                {
                    forecasts[next] = await MakeAsync(recording, range[next], stop).ConfigureAwait(false);
                }
            },
            CancellationToken.None
        );
        for (var seen = from; ; seen = Volatile.Read(ref next))
        {
            try
            {
                await work.WaitAsync(MaxForecastTime, stop).ConfigureAwait(false);
                return null;
            }
            catch (TimeoutException) when (Volatile.Read(ref next) > seen)
            {
                // The batch is slow and makes progress.
            }
            catch (TimeoutException)
            {
                return range[seen];
            }
        }
    }

    private async ValueTask<MadeForecast> MakeAsync(PriceRecording recording, DateTimeOffset madeAt, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var known = recording.KnownAt(madeAt);
        var (forecast, problem) = await AskAsync(madeAt, known, ct).ConfigureAwait(false);
        forecast ??= await _fallback.ForecastAsync(madeAt, known).ConfigureAwait(false);
        return new(madeAt, forecast, problem, known.Newest!.Value.Cny, recording.TruthOf(madeAt));
    }

    private async ValueTask<(Forecast? Forecast, string? Problem)> AskAsync(DateTimeOffset madeAt, PriceHistory known, CancellationToken ct)
    {
        try
        {
            var forecast = await _active.ForecastAsync(madeAt, known, ct).ConfigureAwait(false);
            return forecast is null ? (null, "it has no answer")
                : Plausibility.Objection(forecast, known) is { } objection ? (null, objection)
                : (forecast, null);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        // A user's model may throw anything; as in the miner, only this forecast falls back.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return (null, ModelFailure.Describe(exception));
        }
    }

    private BacktestException Late(string what, TimeSpan limit) =>
        new(
            $"The model {model.Id} {what} after {limit.TotalSeconds:0.###} s, and a miner has less than one: check the model with "
                + "'bittbridge models verify', or its file with -- check."
        );
}
