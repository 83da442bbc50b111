namespace Bittbridge.Miner.Storage;

/// <summary>
/// What a writer does when another was first: it stands back for a random while, longer each time, so that of many writers at once every
/// one gets its turn.
/// </summary>
internal static class WriteClashes
{
    /// <summary>How often a write is tried in all.</summary>
    public const int Attempts = 24;

    private const int MaxMs = 320;

    /// <param name="attempt">How many tries have failed, from 1.</param>
    /// <param name="ct">Ends the wait.</param>
    public static Task StandBackAsync(int attempt, CancellationToken ct) =>
        Task.Delay(Random.Shared.Next(1, Math.Min(MaxMs, 5 << Math.Min(attempt, 10))), ct);
}
