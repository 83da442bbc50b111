namespace Bittbridge.Miner;

/// <summary>Something the housekeeping timer does.</summary>
public interface IChore
{
    /// <summary>What it is called in the log.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken ct);
}
