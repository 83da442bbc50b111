namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Counts a model's failures in a row. After <see cref="MaxFailures"/> the model rests for <see cref="Rest"/>, then it gets one trial; a
/// good
/// answer ends the streak, another failure the trial.
/// </summary>
internal sealed class ModelCircuitBreaker(TimeProvider clock)
{
    public const int MaxFailures = 3;

    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private int _failures;
    private DateTimeOffset _restsUntil;

    /// <summary>Until when the model rests; null when it does not.</summary>
    public DateTimeOffset? RestsUntil
    {
        get
        {
            lock (_gate)
            {
                return _failures >= MaxFailures ? _restsUntil : null;
            }
        }
    }

    /// <summary>Whether the model may be asked now. Of several who ask when its rest is over, one gets the trial.</summary>
    /// <param name="mayTrial">Whether the run can say something about the model; one that can't must not use up the trial.</param>
    public StreakTurn Begin(bool mayTrial)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_failures < MaxFailures)
            {
                return StreakTurn.Free;
            }

            if (now < _restsUntil || !mayTrial)
            {
                return StreakTurn.Resting;
            }

            _restsUntil = now + Rest;
            return StreakTurn.Trial;
        }
    }

    /// <summary>A good answer.</summary>
    /// <returns>Whether the model had been resting.</returns>
    public bool Succeed()
    {
        lock (_gate)
        {
            var rested = _failures >= MaxFailures;
            _failures = 0;
            return rested;
        }
    }

    /// <summary>A failure.</summary>
    /// <param name="isTrial">Whether the run was the trial. Another that ends during a rest began before it, and does not make it
    /// longer.</param>
    /// <returns>Whether the model rests from now on.</returns>
    public bool Fail(bool isTrial = false)
    {
        lock (_gate)
        {
            if (!isTrial && (_failures >= MaxFailures || ++_failures < MaxFailures))
            {
                return false;
            }

            _restsUntil = clock.GetUtcNow() + Rest;
            return true;
        }
    }

    /// <summary>The trial said nothing about the model, such as when its caller went away: it is still open.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            if (_failures >= MaxFailures)
            {
                _restsUntil = clock.GetUtcNow();
            }
        }
    }
}

/// <summary>The state of a circuit breaker, as metrics name it.</summary>
internal enum CircuitState
{
    /// <summary>The model answers.</summary>
    Closed,

    /// <summary>The model rests.</summary>
    Open,

    /// <summary>The model is on trial.</summary>
    HalfOpen,
}

/// <summary>Whether a model may be asked.</summary>
internal enum StreakTurn
{
    /// <summary>It rests.</summary>
    Resting,

    /// <summary>It does not rest.</summary>
    Free,

    /// <summary>Its rest is over, and this run decides whether it answers again.</summary>
    Trial,
}
