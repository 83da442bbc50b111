using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Makes one forecast at each price of a recording, from the prices known at that time, with the code of a live challenge: the forecaster,
/// the plausibility check and the fallback. Forecasts are made concurrently, because each depends only on its prices.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="intervals">Makes the intervals.</param>
/// <param name="keepsOwn">Whether a model's own interval is kept.</param>
internal sealed class Backtest(IPredictionModel model, IIntervalEstimator intervals, bool keepsOwn = true)
{
    /// <summary>The number of forecasts between two reports of the progress.</summary>
    private const int Batch = 64;

    /// <summary>Far more than the budget of a challenge, even on a busy machine.</summary>
    private static readonly TimeSpan MaxForecastTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan MaxInitializeTime = TimeSpan.FromSeconds(30);

    private readonly Forecaster _active = new(model, intervals, keepsOwn);
    private readonly LastPriceFallback _fallback = new(intervals);

    public ModelId ModelId => model.Id;

    /// <param name="recording">The prices.</param>
    /// <param name="range">The instants of forecasts, in ascending order.</param>
    /// <param name="made">Called with the number of further forecasts.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="UsageException">The model can't be initialized.</exception>
    public async Task<IReadOnlyList<MadeForecast>> RunAsync(
        PriceRecording recording,
        IReadOnlyList<DateTimeOffset> range,
        Action<int> made,
        CancellationToken ct
    )
    {
        try
        {
            if (!await InTimeAsync(late => model.InitializeAsync(late), MaxInitializeTime, "was not initialized", ct))
            {
                throw new UsageException($"The model {model.Id} can't be initialized: name another.");
            }
        }
        catch (UnusableAnswerException exception)
        {
            throw new UsageException($"The model {model.Id} can't be initialized: {exception.Message}.");
        }

        var forecasts = new MadeForecast[range.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (range.Count + Batch - 1) / Batch),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct },
            async (batch, cancellation) =>
            {
                var (from, to) = (batch * Batch, Math.Min(range.Count, (batch + 1) * Batch));
                for (var i = from; i < to; i++)
                {
                    forecasts[i] = await MakeAsync(recording, range[i], cancellation);
                }

                made(to - from);
            }
        );
        return forecasts;
    }

    private async Task<MadeForecast> MakeAsync(PriceRecording recording, DateTimeOffset madeAt, CancellationToken ct)
    {
        var known = recording.KnownAt(madeAt);
        var (forecast, problem) = await AskAsync(madeAt, known, ct);
        forecast ??= await _fallback.ForecastAsync(madeAt, known);
        return new(madeAt, forecast, problem, known.Newest!.Value.Cny, recording.TruthOf(madeAt));
    }

    private async Task<(Forecast? Forecast, string? Problem)> AskAsync(DateTimeOffset madeAt, PriceHistory known, CancellationToken ct)
    {
        try
        {
            var forecast = await InTimeAsync(
                late => _active.ForecastAsync(madeAt, known, late),
                MaxForecastTime,
                $"had no forecast for {madeAt:u}",
                ct
            );
            return forecast is null ? (null, "it has no answer")
                : Plausibility.Objection(forecast, known) is { } objection ? (null, objection)
                : (forecast, null);
        }
        catch (Exception exception)
            when (exception is UsageException || (exception is OperationCanceledException && ct.IsCancellationRequested))
        {
            throw;
        }
        // A user's model may throw anything; as in the miner, only this forecast falls back.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return (null, exception is UnusableAnswerException ? exception.Message : $"it threw {exception.GetType().Name}");
        }
    }

    /// <summary>
    /// Calls the model on another thread, because it may block. A timeout cancels the call and fails the backtest: a miner could never use
    /// such a model.
    /// </summary>
    private async Task<T> InTimeAsync<T>(Func<CancellationToken, ValueTask<T>> ask, TimeSpan limit, string what, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            return await Task.Run(() => ask(late.Token).AsTask(), CancellationToken.None).WaitAsync(limit, ct);
        }
        catch (TimeoutException)
        {
            await late.CancelAsync();
            throw new UsageException(
                $"The model {model.Id} {what} after {limit.TotalSeconds:0} s, and a miner has less than one: check the model with "
                    + $"'bittbridge models verify'."
            );
        }
    }
}
