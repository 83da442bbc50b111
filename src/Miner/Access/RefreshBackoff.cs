namespace Bittbridge.Miner.Access;

/// <summary>Limits reads of the chain: at most one a minute, fewer after failures, because public nodes serve many clients.</summary>
internal sealed class RefreshBackoff(TimeProvider clock)
{
    /// <summary>The minimum time between two reads.</summary>
    public static readonly TimeSpan MinDelay = TimeSpan.FromMinutes(1);

    /// <summary>The maximum time between two reads after failures.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private int _failures;

    public bool MayRead => clock.GetUtcNow() >= _next;

    public void Succeeded() => (_failures, _next) = (0, clock.GetUtcNow() + MinDelay);

    public void Failed()
    {
        var pause = MinDelay * Math.Pow(2, Math.Min(_failures++, 10));
        _next = clock.GetUtcNow() + (pause < MaxDelay ? pause : MaxDelay);
    }
}
