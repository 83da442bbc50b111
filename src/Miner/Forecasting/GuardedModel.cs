using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// A model that answers or runs as a shadow, and the guard around it: whatever it does, the wait for it ends in time, nonsense is not
/// believed, repeated failure lets it rest, and runs that never end do not pile up. Once another has taken its place it is cleaned up when
/// its last run has ended.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="isRegistered">Whether it is one of the program's own, which are cleaned up when the program stops and not before.</param>
/// <param name="metrics">Count the state changes of its circuit breaker.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Told what the model does wrong.</param>
internal sealed class GuardedModel(IPredictionModel model, bool isRegistered, MinerMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>While so many abandoned runs have not ended, no other is begun.</summary>
    public const int MaxHungRuns = 4;

    private const string TooLate = "the budget was spent before its turn";

    private readonly Lock _gate = new();
    private readonly ModelCircuitBreaker _breaker = new(clock);
    private readonly Lazy<Task<bool>> _initialized = new(() => Task.Run(() => InitializeAsync(model, clock, logger)));
    private int _runs;
    private int _hung;
    private bool _isRetired;
    private bool _isCleaned;

    public ModelId Id => model.Id;

    /// <summary>Until when it is not asked because it failed again and again; null when it is well.</summary>
    public DateTimeOffset? RestsUntil => _breaker.RestsUntil;

    /// <summary>The model together with what makes its missing intervals.</summary>
    public Forecaster With(Forecasters forecasters, Calibration? calibration = null)
    {
        return forecasters.Of(model, calibration);
    }

    /// <summary>Initialises it, once; false when it can't be, which the log has.</summary>
    public Task<bool> InitializeAsync() => _initialized.Value;

    /// <summary>A forecast of <paramref name="forecaster"/>, which is this model's.</summary>
    /// <param name="forecaster">From <see cref="With"/>.</param>
    /// <param name="madeAt">The clock's time.</param>
    /// <param name="history">What is known then.</param>
    /// <param name="time">How long the answer may take.</param>
    /// <param name="caller">The caller went away: the model is told to end, and the wait goes on until it does or its time is over.</param>
    /// <returns>Null when the model was replaced and cleaned up meanwhile: ask the one that has taken its place.</returns>
    public async Task<ModelAnswer?> ForecastAsync(
        Forecaster forecaster,
        DateTimeOffset madeAt,
        PriceHistory history,
        ModelTime time,
        CancellationToken caller
    )
    {
        if (time.IsTooShort)
        {
            return new(null, TooLate);
        }

        var started = clock.GetTimestamp();
        if (!await IsInitialisedInTimeAsync(time.Left, caller))
        {
            return new(null, "it is still being initialised");
        }

        time = time with { Left = time.Left - clock.GetElapsedTime(started) };
        if (time.IsTooShort)
        {
            return new(null, TooLate);
        }

        if (Volatile.Read(ref _hung) >= MaxHungRuns)
        {
            return new(null, $"{MaxHungRuns} earlier runs of it have not ended yet");
        }

        var turn = _breaker.Begin(time.Counts);
        if (turn == StreakTurn.Resting)
        {
            return new(
                null,
                $"it failed {ModelCircuitBreaker.MaxFailures} times in a row and is asked again at {_breaker.RestsUntil:HH:mm:ss} UTC"
            );
        }

        if (turn == StreakTurn.Trial)
        {
            metrics.CircuitChanged(Id, CircuitState.HalfOpen);
        }

        return TryHold() ? await RunAsync(forecaster, madeAt, history, new(time, turn), caller) : null;
    }

    /// <summary>Another has taken its place.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
        }

        CleanUpIfDone();
    }

    /// <summary>A model that can't be initialised is initialised in time: the run says so.</summary>
    private async Task<bool> IsInitialisedInTimeAsync(TimeSpan left, CancellationToken caller)
    {
        var initialising = InitializeAsync();
        try
        {
            await initialising.WaitAsync(left, clock, caller);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<ModelAnswer> RunAsync(
        Forecaster forecaster,
        DateTimeOffset madeAt,
        PriceHistory history,
        Run run,
        CancellationToken caller
    )
    {
        var spent = CancellationTokenSource.CreateLinkedTokenSource(caller);
        run.IsCrowded = IsCrowded;
        // On a thread of its own: a model that never yields must not hold the answer.
        var work = Task.Run(() => HeldAsync(forecaster, madeAt, history, spent.Token), CancellationToken.None);
        try
        {
            // A caller that goes away does not end the wait: its place among those who are worked on would be free while its run goes on.
            var forecast = await work.WaitAsync(run.Time.Left, clock, CancellationToken.None);
            return forecast is null ? None(history, run)
                : Plausibility.Objection(forecast, history) is { } objection ? Failed(objection, run)
                : Good(forecast);
        }
        // Whatever a run throws that was told to end, says nothing about the model.
#pragma warning disable CA1031
        catch (Exception) when (caller.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Forgive(run);
            throw new OperationCanceledException(caller);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException && !work.IsFaulted)
        {
            var problem = $"it took longer than the {run.Time.Left.TotalMilliseconds:0} ms that were left";
            return run.IsCrowded || IsCrowded ? Forgiven(problem, run) : Failed(problem, run);
        }
        catch (UnusableAnswerException exception)
        {
            return Failed(exception.Message, run);
        }
        // A user's model may throw anything; it costs this one answer.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.ModelThrew(logger, exception, Id);
            return Failed($"it threw {exception.GetType().Name}", run);
        }
        finally
        {
            Leave(work, spent, run.Time.Unused);
        }
    }

    private async Task<Forecast?> HeldAsync(Forecaster forecaster, DateTimeOffset madeAt, PriceHistory history, CancellationToken ct)
    {
        try
        {
            return await InitializeAsync() ? await forecaster.ForecastAsync(madeAt, history, ct) : null;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>
    /// A run that nobody waits for any more is told to end. It counts as hung until it does, but not before its model had its share: a
    /// caller could bring that about.
    /// </summary>
    private void Leave(Task work, CancellationTokenSource spent, TimeSpan unused)
    {
        if (work.IsCompleted)
        {
            spent.Dispose();
            return;
        }

        // Not waited for: what the model does when it is told to end may take as long as the model.
        _ = spent.CancelAsync();
        if (unused <= TimeSpan.Zero)
        {
            Hang(work, spent);
            return;
        }

        _ = Task.WhenAny(work, Task.Delay(unused, clock, CancellationToken.None))
            .ContinueWith(
                _ => Hang(work, spent),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
    }

    private void Hang(Task work, CancellationTokenSource spent)
    {
        Interlocked.Increment(ref _hung);
        _ = work.ContinueWith(
            ended =>
            {
                // What it throws is looked at, so that nobody else has to.
                _ = ended.Exception;
                Interlocked.Decrement(ref _hung);
                spent.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private ModelAnswer Good(Forecast forecast)
    {
        if (_breaker.Succeed())
        {
            metrics.CircuitChanged(Id, CircuitState.Closed);
            ForecastingLog.Recovered(logger, Id);
        }

        return new(forecast, "");
    }

    private ModelAnswer None(PriceHistory history, Run run)
    {
        if (_initialized.Value is { IsCompletedSuccessfully: true, Result: false })
        {
            return Failed("it could not be initialised", run);
        }

        return Forgiven($"it has no answer from {history.Count} prices", run);
    }

    private ModelAnswer Failed(string problem, Run run)
    {
        if (run.Time.Counts && _breaker.Fail(run.Turn == StreakTurn.Trial))
        {
            metrics.CircuitChanged(Id, CircuitState.Open);
            ForecastingLog.Rests(logger, Id, ModelCircuitBreaker.MaxFailures, ModelCircuitBreaker.Rest.TotalMinutes, problem);
        }

        return new(null, problem);
    }

    private ModelAnswer Forgiven(string problem, Run run)
    {
        Forgive(run);
        return new(null, problem);
    }

    private void Forgive(Run run)
    {
        if (run.Turn == StreakTurn.Trial)
        {
            _breaker.Reopen();
            metrics.CircuitChanged(Id, CircuitState.Open);
        }
    }

    /// <summary>Whether more runs go on at once than there are processors: what takes too long then may be the others' doing.</summary>
    private bool IsCrowded
    {
        get
        {
            lock (_gate)
            {
                return _runs - Volatile.Read(ref _hung) > Environment.ProcessorCount;
            }
        }
    }

    private bool TryHold()
    {
        lock (_gate)
        {
            _runs += _isCleaned ? 0 : 1;
            return !_isCleaned;
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _runs--;
        }

        CleanUpIfDone();
    }

    private void CleanUpIfDone()
    {
        lock (_gate)
        {
            if (isRegistered || !_isRetired || _isCleaned || _runs > 0)
            {
                return;
            }

            _isCleaned = true;
        }

        _ = Task.Run(CleanUpAsync);
    }

    private async Task CleanUpAsync()
    {
        try
        {
            await model.CleanupAsync();
        }
        // A user's model may throw anything; it has had its time.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LifetimeLog.CleanupFailed(logger, exception, Id);
        }
    }

    private static async Task<bool> InitializeAsync(IPredictionModel model, TimeProvider clock, ILogger logger)
    {
        using var late = new CancellationTokenSource(VersionLoader.MaxInitializationTime, clock);
        try
        {
            if (await model.InitializeAsync(late.Token))
            {
                return true;
            }

            ForecastingLog.NotInitialised(logger, null, model.Id);
        }
        // As above: a model that can't start leaves the miner running.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.NotInitialised(logger, exception, model.Id);
        }

        return false;
    }

    /// <summary>One run of the model.</summary>
    private sealed record Run(ModelTime Time, StreakTurn Turn)
    {
        /// <summary>Whether it began among more runs than there are processors.</summary>
        public bool IsCrowded { get; set; }
    }
}
