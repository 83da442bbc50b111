namespace Bittbridge.Miner.Housekeeping;

/// <summary>A task of the housekeeping timer.</summary>
public interface IHousekeepingTask
{
    /// <summary>Its name in the log.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken ct);
}
