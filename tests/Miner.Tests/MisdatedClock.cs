using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests;

/// <summary>A stopped clock whose date a test makes wrong and right again, while timestamps go on; not for timers.</summary>
internal sealed class MisdatedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>How far the date is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    // The timestamp of the base class follows the date.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
