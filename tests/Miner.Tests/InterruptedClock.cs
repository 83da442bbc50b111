using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests;

/// <summary>A stopped clock with which a test comes between its reads.</summary>
internal sealed class InterruptedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>What happens before each read.</summary>
    public Action Reading { get; set; } = () => { };

    public override DateTimeOffset GetUtcNow()
    {
        Reading();
        return base.GetUtcNow();
    }

    public override long GetTimestamp()
    {
        Reading();
        return base.GetUtcNow().Ticks;
    }
}
