namespace Bittbridge.Miner.Housekeeping;

/// <summary>Something the housekeeping timer does.</summary>
public interface IHousekeepingTask
{
    /// <summary>What it is called in the log.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken ct);
}
