using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// Deletes the partitions whose nonces are stale for every instance. A nonce belongs to the partition of its own time, so such a partition
/// can't receive a fresh nonce meanwhile.
/// </summary>
internal sealed class NoncePruning(MinerTables tables, MinerSettings settings, TimeProvider clock, ILogger<NoncePruning> logger)
    : IHousekeepingTask
{
    /// <summary>
    /// How long a partition is kept after its last nonce has become stale: more than an hour, by which the clocks of instances may differ.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(2);

    public string Name => "Pruning the nonces";

    /// <summary>About how many rows a run deletes; the next run continues, the oldest first.</summary>
    internal int MaxRowsPerRun { get; init; } = 200_000;

    /// <summary>Partitions that sort before this one are deleted.</summary>
    public static string FirstKept(DateTimeOffset now) => ReplayKey.SliceOf(UnixNanoseconds.Of(now - NonceWindow.MaxAge - Margin));

    public async Task RunAsync(CancellationToken ct)
    {
        if (settings.Replay == ReplayMode.Memory)
        {
            return;
        }

        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {FirstKept(clock.GetUtcNow())}");
        var dropped = await tables.UseAsync(MinerTables.Nonces, table => TablePruning.DropAsync(table, filter, MaxRowsPerRun, ct), ct);
        if (dropped >= MaxRowsPerRun)
        {
            ReplayLog.PrunedInPart(logger, dropped);
        }
        else if (dropped > 0)
        {
            ReplayLog.Pruned(logger, dropped);
        }
    }
}
