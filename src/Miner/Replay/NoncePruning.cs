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

    /// <summary>
    /// After this time a run ends with the rows that it is deleting; the next one continues, the oldest first. Azure Functions allows a run
    /// two minutes.
    /// </summary>
    internal TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many rows are deleted between two looks at the clock.</summary>
    internal int RowsAtOnce { get; init; } = 1_000;

    /// <summary>Partitions that sort before this one are deleted.</summary>
    public static string FirstKept(DateTimeOffset now) => ReplayKey.SliceOf(UnixNanoseconds.Of(now - NonceWindow.MaxAge - Margin));

    public async Task RunAsync(CancellationToken ct)
    {
        if (settings.Replay == ReplayMode.Memory)
        {
            return;
        }

        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {FirstKept(clock.GetUtcNow())}");
        var (began, all) = (clock.GetTimestamp(), 0);
        int dropped;
        do
        {
            dropped = await tables.UseAsync(MinerTables.Nonces, table => TablePruning.DropAsync(table, filter, RowsAtOnce, ct), ct);
            all += dropped;
        } while (dropped >= RowsAtOnce && clock.GetElapsedTime(began) < MaxTime);

        if (dropped >= RowsAtOnce)
        {
            ReplayLog.PrunedInPart(logger, all);
        }
        else if (all > 0)
        {
            ReplayLog.Pruned(logger, all);
        }
    }
}
