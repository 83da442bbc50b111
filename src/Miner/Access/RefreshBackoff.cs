namespace Bittbridge.Miner.Access;

/// <summary>How often the chain may be read: not twice a minute, and after failures ever more sparingly. Public nodes serve many.</summary>
internal sealed class RefreshBackoff(TimeProvider clock)
{
    /// <summary>The least time between two reads.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>The most that failures make of it.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private int _failures;

    public bool MayRead => clock.GetUtcNow() >= _next;

    public void Succeeded() => (_failures, _next) = (0, clock.GetUtcNow() + Shortest);

    public void Failed()
    {
        var pause = Shortest * Math.Pow(2, Math.Min(_failures++, 10));
        _next = clock.GetUtcNow() + (pause < MaxDelay ? pause : MaxDelay);
    }
}
