using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Guards a model that answers or runs as a shadow: every run has a timeout, implausible forecasts are rejected, repeated failures open a
/// circuit breaker, and the number of runs that never end is bounded. Once the model was replaced and its last run has ended, it is cleaned
/// up.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="isRegistered">Whether it is one of the program's own models, which are cleaned up only when the program stops.</param>
/// <param name="metrics">Counts the state changes of its circuit breaker.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Logs the model's failures.</param>
internal sealed class GuardedModel(IPredictionModel model, bool isRegistered, MinerMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>No run starts while this many abandoned runs have not ended.</summary>
    public const int MaxHungRuns = 4;

    private const string TooLate = "the budget was spent before its turn";

    private readonly Lock _gate = new();
    private readonly ModelCircuitBreaker _breaker = new(clock);
    private readonly Lazy<(Task<string?> Ended, long StartedAt)> _initialization = new(() =>
        (ModelThreads.Start(() => InitializeAsync(model, clock, logger)).Unwrap(), clock.GetTimestamp())
    );
    private readonly TaskCompletionSource _cleanedUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _failedAsLate;
    private int _runs;
    private int _hung;
    private string _lastFailure = "";
    private bool _isRetired;
    private bool _isCleaned;

    public ModelId Id => model.Id;

    /// <inheritdoc cref="IPredictionModel.IsDeterministic"/>
    public bool IsDeterministic => model.IsDeterministic;

    /// <inheritdoc cref="IRemoteModel.Problem"/>
    public string? RemoteProblem => (model as IRemoteModel)?.Problem;

    /// <summary>When the circuit breaker stops being open; null if it is not open.</summary>
    public DateTimeOffset? CircuitOpenUntil => _breaker.OpenUntil;

    /// <summary>Completes when the replaced model was cleaned up; at once for one of the program's own models.</summary>
    public Task CleanedUp => isRegistered ? Task.CompletedTask : _cleanedUp.Task;

    /// <summary>The model with the estimator of its intervals.</summary>
    public Forecaster With(Forecasters forecasters, Calibration? calibration = null)
    {
        return forecasters.Of(model, calibration);
    }

    /// <summary>Initializes the model once. A failure is also logged.</summary>
    /// <returns>Null for success; otherwise the reason, as the end of a sentence.</returns>
    public Task<string?> InitializeAsync() => _initialization.Value.Ended;

    /// <summary>Runs the model, unless its forecast is known without a run.</summary>
    /// <param name="forecaster">From <see cref="With"/>.</param>
    /// <param name="madeAt">The time of the forecast.</param>
    /// <param name="history">The prices known at that time.</param>
    /// <param name="time">How long the run may take.</param>
    /// <param name="caller">Canceled when the caller disconnects. That cancels the run, but this method still waits until the run ends or
    /// its time is over.</param>
    /// <returns>Null if the model was replaced and cleaned up meanwhile: run its replacement instead.</returns>
    public async Task<ModelAnswer?> ForecastAsync(
        Forecaster forecaster,
        DateTimeOffset madeAt,
        PriceHistory history,
        ModelTime time,
        CancellationToken caller
    )
    {
        // It takes no time and does not run the model, so it says nothing about the model's state either.
        if (forecaster.ForecastWithoutRun(madeAt, history) is { } known && Plausibility.Objection(known, history) is null)
        {
            return new(known, "");
        }

        if (time.IsTooShort)
        {
            return new(null, TooLate);
        }

        var started = clock.GetTimestamp();
        var isLate = IsInitializationLate;
        if (!isLate && !await IsInitializedInTimeAsync(time.Left, caller))
        {
            return new(null, "it is still being initialized");
        }

        if (!isLate && Interlocked.Exchange(ref _failedAsLate, false))
        {
            // It is ready after all, so it gets its trial now.
            _breaker.ReleaseTrial();
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
        if (turn == CircuitDecision.Refused)
        {
            return new(
                null,
                $"it failed {ModelCircuitBreaker.MaxFailures} times in a row and runs again at {_breaker.OpenUntil:HH:mm:ss} UTC; the last "
                    + $"time {_lastFailure}"
            );
        }

        if (turn == CircuitDecision.Trial)
        {
            metrics.CircuitChanged(Id, CircuitState.HalfOpen);
        }

        if (isLate)
        {
            _failedAsLate = true;
            return Failed($"it was not initialized within {VersionLoader.MaxInitializationTime.TotalSeconds:0} s", new(time, turn));
        }

        return TryHold() ? await RunAsync(forecaster, madeAt, history, new(time, turn), caller) : null;
    }

    /// <summary>Marks the model as replaced.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
        }

        CleanUpIfDone();
    }

    /// <summary>Whether initialization has exceeded its timeout. No challenge waits for it any more.</summary>
    private bool IsInitializationLate
    {
        get
        {
            var (ended, startedAt) = _initialization.Value;
            return !ended.IsCompleted && clock.GetElapsedTime(startedAt) >= VersionLoader.MaxInitializationTime;
        }
    }

    /// <summary>Whether initialization ended in time. It may have failed: the run reports that.</summary>
    private async Task<bool> IsInitializedInTimeAsync(TimeSpan left, CancellationToken caller)
    {
        var initializing = InitializeAsync();
        try
        {
            await initializing.WaitAsync(left, clock, caller);
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
        var work = ModelThreads.Start(() => ForecastAndReleaseAsync(forecaster, madeAt, history, spent.Token)).Unwrap();
        try
        {
            // Not canceled with the caller: that would free the caller's place in the concurrency limit while its run still uses a thread.
            var forecast = await work.WaitAsync(run.Time.Left, clock, CancellationToken.None);
            return forecast is null ? None(history, run)
                : Plausibility.Objection(forecast, history) is { } objection ? Failed(objection, run)
                : Good(forecast);
        }
        // An exception of a canceled run says nothing about the model.
#pragma warning disable CA1031
        catch (Exception) when (caller.IsCancellationRequested)
#pragma warning restore CA1031
        {
            ReleaseTrial(run);
            throw new OperationCanceledException(caller);
        }
        catch (Exception exception)
            when (exception is TimeoutException or OperationCanceledException
                && !work.IsFaulted
                && (spent.IsCancellationRequested || !work.IsCompleted)
            )
        {
            var problem = $"it took longer than the {run.Time.Left.TotalMilliseconds:0} ms that were left";
            return run.IsCrowded || IsCrowded ? NotCounted(problem, run) : Failed(problem, run);
        }
        catch (UnusableAnswerException exception)
        {
            return exception.IsTransient ? NotCounted(exception.Message, run) : Failed(exception.Message, run);
        }
        // A user's model may throw anything: only this answer falls back.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.ModelThrew(logger, exception, Id);
            return Failed(ModelFailure.Describe(exception), run);
        }
        finally
        {
            Abandon(work, spent, run.Time.Unused);
        }
    }

    private async Task<Forecast?> ForecastAndReleaseAsync(
        Forecaster forecaster,
        DateTimeOffset madeAt,
        PriceHistory history,
        CancellationToken ct
    )
    {
        try
        {
            return await InitializeAsync() is null ? await forecaster.ForecastAsync(madeAt, history, ct) : null;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>
    /// Cancels an abandoned run. It counts as hung until it ends, but only after the model's whole share of the budget: otherwise a caller
    /// could make runs count as hung by leaving little time.
    /// </summary>
    private void Abandon(Task work, CancellationTokenSource spent, TimeSpan unused)
    {
        if (work.IsCompleted)
        {
            spent.Dispose();
            return;
        }

        // Not awaited: the model's cancellation callbacks may take as long as they like.
        _ = spent.CancelAsync();
        if (unused <= TimeSpan.Zero)
        {
            CountAsHung(work, spent);
            return;
        }

        _ = Task.WhenAny(work, Task.Delay(unused, clock, CancellationToken.None))
            .ContinueWith(
                _ => CountAsHung(work, spent),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
    }

    private void CountAsHung(Task work, CancellationTokenSource spent)
    {
        Interlocked.Increment(ref _hung);
        _ = work.ContinueWith(
            ended =>
            {
                // Observe the exception, which would otherwise raise UnobservedTaskException.
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
            ForecastingLog.CircuitClosed(logger, Id);
        }

        return new(forecast, "");
    }

    private ModelAnswer None(PriceHistory history, Run run)
    {
        if (InitializeAsync() is { IsCompletedSuccessfully: true, Result: { } problem })
        {
            return Failed(problem, run);
        }

        return NotCounted($"it has no answer from {history.Count} prices", run);
    }

    private ModelAnswer Failed(string problem, Run run)
    {
        _lastFailure = problem;
        if (run.Time.Counts && _breaker.Fail(run.Turn == CircuitDecision.Trial))
        {
            metrics.CircuitChanged(Id, CircuitState.Open);
            ForecastingLog.CircuitOpened(
                logger,
                Id,
                ModelCircuitBreaker.MaxFailures,
                ModelCircuitBreaker.BreakDuration.TotalMinutes,
                problem
            );
        }

        return new(null, problem);
    }

    private ModelAnswer NotCounted(string problem, Run run)
    {
        ReleaseTrial(run);
        return new(null, problem);
    }

    private void ReleaseTrial(Run run)
    {
        if (run.Turn == CircuitDecision.Trial)
        {
            _breaker.ReleaseTrial();
            metrics.CircuitChanged(Id, CircuitState.Open);
        }
    }

    /// <summary>Whether there are more concurrent runs than processors: a timeout may then be caused by the other runs.</summary>
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

        _ = ModelThreads.Start(CleanUpAsync);
    }

    private async Task CleanUpAsync()
    {
        try
        {
            await model.CleanupAsync();
        }
        // A user's model may throw anything; the model is no longer needed.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LifetimeLog.CleanupFailed(logger, exception, Id);
        }
        finally
        {
            _cleanedUp.TrySetResult();
        }
    }

    private static async Task<string?> InitializeAsync(IPredictionModel model, TimeProvider clock, ILogger logger)
    {
        using var late = new CancellationTokenSource(VersionLoader.MaxInitializationTime, clock);
        try
        {
            if (await model.InitializeAsync(late.Token))
            {
                return null;
            }

            ForecastingLog.NotInitialized(logger, null, model.Id);
            return "it could not be initialized: its InitializeAsync returned false";
        }
        // A user's model may throw anything: the miner keeps running with the fallback.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.NotInitialized(logger, exception, model.Id);
            return $"it could not be initialized: {ModelFailure.Describe(exception)}";
        }
    }

    /// <summary>One run of the model.</summary>
    private sealed record Run(ModelTime Time, CircuitDecision Turn)
    {
        /// <summary>Whether it started while there were more runs than processors.</summary>
        public bool IsCrowded { get; set; }
    }
}
