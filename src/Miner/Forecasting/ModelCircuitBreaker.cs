namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// The circuit breaker of one model. After <see cref="MaxFailures"/> consecutive failures the circuit is open for <see
/// cref="BreakDuration"/>; then one run is the trial. A success closes the circuit, a failed trial opens it again.
/// </summary>
internal sealed class ModelCircuitBreaker(TimeProvider clock)
{
    public const int MaxFailures = 3;

    public static readonly TimeSpan BreakDuration = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private int _failures;

    // The break by timestamps, so that setting the clock makes it neither longer nor shorter.
    private long _openedAt;
    private TimeSpan _length;

    /// <summary>When the circuit stops being open, by the clock as it is now; null if it is not open.</summary>
    public DateTimeOffset? OpenUntil
    {
        get
        {
            lock (_gate)
            {
                return _failures >= MaxFailures ? clock.GetUtcNow() + Left : null;
            }
        }
    }

    /// <summary>Whether the model may run now. Of several runs after the break, one is the trial.</summary>
    /// <param name="mayTrial">Whether the run has enough time to count. A shorter one must not use up the trial.</param>
    public CircuitDecision Begin(bool mayTrial)
    {
        lock (_gate)
        {
            if (_failures < MaxFailures)
            {
                return CircuitDecision.Allowed;
            }

            if (Left > TimeSpan.Zero || !mayTrial)
            {
                return CircuitDecision.Refused;
            }

            OpenFor(BreakDuration);
            return CircuitDecision.Trial;
        }
    }

    /// <summary>Records a success.</summary>
    /// <returns>Whether the circuit had been open.</returns>
    public bool Succeed()
    {
        lock (_gate)
        {
            var wasOpen = _failures >= MaxFailures;
            _failures = 0;
            return wasOpen;
        }
    }

    /// <summary>Records a failure.</summary>
    /// <param name="isTrial">Whether the run was the trial. Any other run that ends during the break started before it and does not prolong
    /// it.</param>
    /// <returns>Whether this failure opened the circuit.</returns>
    public bool Fail(bool isTrial = false)
    {
        lock (_gate)
        {
            if (!isTrial && (_failures >= MaxFailures || ++_failures < MaxFailures))
            {
                return false;
            }

            OpenFor(BreakDuration);
            return true;
        }
    }

    /// <summary>Gives the trial to the next run: this one ended without a result, such as when its caller disconnected.</summary>
    public void ReleaseTrial()
    {
        lock (_gate)
        {
            if (_failures >= MaxFailures)
            {
                OpenFor(TimeSpan.Zero);
            }
        }
    }

    /// <summary>What is left of the break; negative when it is over.</summary>
    private TimeSpan Left => _length - clock.GetElapsedTime(_openedAt);

    private void OpenFor(TimeSpan length) => (_openedAt, _length) = (clock.GetTimestamp(), length);
}

/// <summary>The state of a circuit breaker, as metrics name it.</summary>
internal enum CircuitState
{
    /// <summary>The model answers.</summary>
    Closed,

    /// <summary>The model does not run.</summary>
    Open,

    /// <summary>One run decides whether the model answers again.</summary>
    HalfOpen,
}

/// <summary>Whether a model may run.</summary>
internal enum CircuitDecision
{
    /// <summary>No: the circuit is open.</summary>
    Refused,

    /// <summary>Yes: the circuit is closed.</summary>
    Allowed,

    /// <summary>Yes, and the outcome of this run closes or opens the circuit.</summary>
    Trial,
}
