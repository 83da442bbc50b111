namespace Bittbridge.Miner.Access;

/// <summary>Limits reads of the chain: at most one a minute, fewer after failures, because public nodes serve many clients.</summary>
internal sealed class RefreshBackoff(TimeProvider clock)
{
    /// <summary>The minimum time between two reads.</summary>
    public static readonly TimeSpan MinDelay = TimeSpan.FromMinutes(1);

    /// <summary>The maximum time between two reads after failures.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private TimeWindow _pause;
    private int _failures;

    /// <summary>Whether the pause is over.</summary>
    public bool MayRead => !_pause.Contains(clock.GetUtcNow());

    public void Succeeded()
    {
        _failures = 0;
        PauseFor(MinDelay);
    }

    public void Failed()
    {
        var pause = MinDelay * Math.Pow(2, Math.Min(_failures++, 10));
        PauseFor(pause < MaxDelay ? pause : MaxDelay);
    }

    private void PauseFor(TimeSpan length) => _pause = new(clock.GetUtcNow(), length);
}
