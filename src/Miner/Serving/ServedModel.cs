using System.Globalization;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>
/// A model that answers or runs as a shadow, and the guard around it: whatever it does, the wait for it ends in time, nonsense is not believed, repeated failure lets it rest, and runs that
/// never end do not pile up. Once another has taken its place it is cleaned up when its last run has ended.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="isRegistered">Whether it is one of the program's own, which are cleaned up when the program stops and not before.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Told what the model does wrong.</param>
public sealed class ServedModel(IPredictionModel model, bool isRegistered, TimeProvider clock, ILogger logger)
{
    /// <summary>While so many abandoned runs have not ended, no other is begun.</summary>
    public const int MostHung = 4;

    private readonly Lock _gate = new();
    private readonly FailureStreak _streak = new(clock);
    private readonly Lazy<Task<bool>> _initialised = new(() => Task.Run(() => InitializeAsync(model, logger)));
    private int _runs;
    private int _hung;
    private bool _isRetired;
    private bool _isCleaned;

    public ModelId Id => model.Id;

    /// <summary>Until when it is not asked because it failed again and again; null when it is well.</summary>
    public DateTimeOffset? RestsUntil => _streak.RestsUntil;

    /// <summary>The model together with what makes its missing intervals.</summary>
    public Forecaster With(Forecasters forecasters, Calibration? calibration = null)
    {
        ArgumentNullException.ThrowIfNull(forecasters);
        return forecasters.Of(model, calibration);
    }

    /// <summary>Initialises it, once; false when it can't be, which the log has.</summary>
    public Task<bool> InitialiseAsync() => _initialised.Value;

    /// <summary>A forecast of <paramref name="forecaster"/>, which is this model's.</summary>
    /// <param name="forecaster">From <see cref="With"/>.</param>
    /// <param name="madeAt">The clock's time.</param>
    /// <param name="history">What is known then.</param>
    /// <param name="left">How long the answer may take.</param>
    /// <param name="caller">The caller went away.</param>
    /// <returns>Null when the model was replaced and cleaned up meanwhile: ask the one that has taken its place.</returns>
    public async Task<ModelAnswer?> ForecastAsync(Forecaster forecaster, DateTimeOffset madeAt, PriceHistory history, TimeSpan left, CancellationToken caller)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        ArgumentNullException.ThrowIfNull(history);
        if (left <= TimeSpan.Zero)
        {
            return new(null, "the budget was spent before its turn");
        }

        if (Volatile.Read(ref _hung) >= MostHung)
        {
            return new(null, string.Create(CultureInfo.InvariantCulture, $"{MostHung} earlier runs of it have not ended yet"));
        }

        if (!_streak.MayTry())
        {
            return new(null, string.Create(CultureInfo.InvariantCulture, $"it failed {FailureStreak.Most} times in a row and is asked again at {_streak.RestsUntil:HH:mm:ss} UTC"));
        }

        if (!TryHold())
        {
            return null;
        }

        return await RunAsync(forecaster, madeAt, history, left, caller).ConfigureAwait(false);
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

    private async Task<ModelAnswer> RunAsync(Forecaster forecaster, DateTimeOffset madeAt, PriceHistory history, TimeSpan left, CancellationToken caller)
    {
        var spent = CancellationTokenSource.CreateLinkedTokenSource(caller);
        // On a thread of its own: a model that never yields must not hold the answer.
        var run = Task.Run(() => HeldAsync(forecaster, madeAt, history, spent.Token), CancellationToken.None);
        try
        {
            var forecast = await run.WaitAsync(left, clock, caller).ConfigureAwait(false);
            return forecast is null ? None(history) : ForecastGuard.Objection(forecast, history) is { } objection ? Failed(objection) : Good(forecast);
        }
        catch (OperationCanceledException) when (caller.IsCancellationRequested)
        {
            _streak.Forget();
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException && !run.IsFaulted)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"it took longer than the {left.TotalMilliseconds:0} ms that were left"));
        }
        catch (UnusableAnswerException exception)
        {
            return Failed(exception.Message);
        }
        // A user's model may throw anything; it costs this one answer.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.ModelThrew(logger, exception, Id);
            return Failed($"it threw {exception.GetType().Name}");
        }
        finally
        {
            Leave(run, spent);
        }
    }

    private async Task<Forecast?> HeldAsync(Forecaster forecaster, DateTimeOffset madeAt, PriceHistory history, CancellationToken ct)
    {
        try
        {
            return await InitialiseAsync().ConfigureAwait(false) ? await forecaster.ForecastAsync(madeAt, history, ct).ConfigureAwait(false) : null;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>A run that nobody waits for any more is told to end and counted until it does; what it throws is looked at, so that nobody else has to.</summary>
    private void Leave(Task run, CancellationTokenSource spent)
    {
        if (run.IsCompleted)
        {
            spent.Dispose();
            return;
        }

        Interlocked.Increment(ref _hung);
        // Not waited for: what the model does when it is told to end may take as long as the model.
        _ = spent.CancelAsync();
        _ = run.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                Interlocked.Decrement(ref _hung);
                spent.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private ModelAnswer Good(Forecast forecast)
    {
        if (_streak.Succeed())
        {
            ForecastingLog.Recovered(logger, Id);
        }

        return new(forecast, "");
    }

    private ModelAnswer None(PriceHistory history)
    {
        if (_initialised.Value is { IsCompletedSuccessfully: true, Result: false })
        {
            return Failed("it could not be initialised");
        }

        _streak.Forget();
        return new(null, string.Create(CultureInfo.InvariantCulture, $"it has no answer from {history.Count} prices"));
    }

    private ModelAnswer Failed(string problem)
    {
        if (_streak.Fail())
        {
            ForecastingLog.Rests(logger, Id, FailureStreak.Most, FailureStreak.Rest.TotalMinutes, problem);
        }

        return new(null, problem);
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
            await model.CleanupAsync().ConfigureAwait(false);
        }
        // A user's model may throw anything; it has had its time.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LifetimeLog.CleanupFailed(logger, exception, Id);
        }
    }

    private static async Task<bool> InitializeAsync(IPredictionModel model, ILogger logger)
    {
        try
        {
            if (await model.InitializeAsync(CancellationToken.None).ConfigureAwait(false))
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
}
