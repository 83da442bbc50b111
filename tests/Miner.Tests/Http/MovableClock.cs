namespace Bittbridge.Miner.Tests.Http;

/// <summary>A clock whose date a test sets, forwards and backwards; time that passes is real.</summary>
internal sealed class MovableClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
