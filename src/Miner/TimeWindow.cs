namespace Bittbridge.Miner;

/// <summary>
/// A time with a start and a length, such as a pause. It does not contain the time before its start, so after the clock is set back, a wait
/// for its end lasts no longer than its length. The default value contains no time.
/// </summary>
/// <param name="Start">When it starts.</param>
/// <param name="Length">How long it lasts; its end is not part of it.</param>
internal readonly record struct TimeWindow(DateTimeOffset Start, TimeSpan Length)
{
    public bool Contains(DateTimeOffset time) => time >= Start && time - Start < Length;
}
