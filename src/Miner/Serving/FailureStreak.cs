namespace Bittbridge.Miner;

/// <summary>Counts a model's failures in a row. After <see cref="Most"/> the model rests for <see cref="Rest"/>, then it gets one trial; a good answer ends the streak, another failure the trial.</summary>
internal sealed class FailureStreak(TimeProvider clock)
{
    public const int Most = 3;

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
                return _failures >= Most ? _restsUntil : null;
            }
        }
    }

    /// <summary>Whether the model may be asked now. Of several who ask when its rest is over, one gets the trial.</summary>
    public bool MayTry()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_failures < Most)
            {
                return true;
            }

            if (now < _restsUntil)
            {
                return false;
            }

            _restsUntil = now + Rest;
            return true;
        }
    }

    /// <summary>A good answer.</summary>
    /// <returns>Whether the model had been resting.</returns>
    public bool Succeed()
    {
        lock (_gate)
        {
            var rested = _failures >= Most;
            _failures = 0;
            return rested;
        }
    }

    /// <summary>A failure.</summary>
    /// <returns>Whether the model rests from now on.</returns>
    public bool Fail()
    {
        lock (_gate)
        {
            if (++_failures < Most)
            {
                return false;
            }

            _restsUntil = clock.GetUtcNow() + Rest;
            return true;
        }
    }

    /// <summary>The run said nothing about the model, such as when its caller went away: a trial is still open.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            if (_failures >= Most)
            {
                _restsUntil = clock.GetUtcNow();
            }
        }
    }
}
