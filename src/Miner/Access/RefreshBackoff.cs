namespace Bittbridge.Miner.Access;

/// <summary>Limits reads of the chain: at most one a minute, fewer after failures, because public nodes serve many clients.</summary>
internal sealed class RefreshBackoff(TimeProvider clock)
{
    /// <summary>The minimum time between two reads.</summary>
    public static readonly TimeSpan MinDelay = TimeSpan.FromMinutes(1);

    /// <summary>The maximum time between two reads after failures.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private DateTimeOffset _ended = DateTimeOffset.MinValue;
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private int _failures;

    /// <summary>Whether the pause is over. A clock that was set back does not prolong it.</summary>
    public bool MayRead
    {
        get
        {
            var now = clock.GetUtcNow();
            return now < _ended || now >= _next;
        }
    }

    public void Succeeded()
    {
        _failures = 0;
        Pause(MinDelay);
    }

    public void Failed()
    {
        var pause = MinDelay * Math.Pow(2, Math.Min(_failures++, 10));
        Pause(pause < MaxDelay ? pause : MaxDelay);
    }

    private void Pause(TimeSpan length)
    {
        _ended = clock.GetUtcNow();
        _next = _ended + length;
    }
}
