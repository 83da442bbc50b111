using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// Drops the slices of nonces that are stale to every instance. A nonce always falls into the slice of its own time, so none that is fresh
/// can be among them, however fast it is taken meanwhile.
/// </summary>
internal sealed class NoncePruning(MinerTables tables, MinerSettings settings, TimeProvider clock, ILogger<NoncePruning> logger)
    : IHousekeepingTask
{
    /// <summary>
    /// How long a slice is kept past the time at which its last nonce can be fresh: so far may the clocks of instances differ.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>What a run drops, about; what is left waits for the next, which begins with the oldest.</summary>
    private const int MaxRowsPerRun = 200_000;

    public string Name => "Pruning the nonces";

    /// <summary>Slices that sort before this one are dropped.</summary>
    public static string FirstKept(DateTimeOffset now) => ReplayKey.SliceOf(UnixNanoseconds.Of(now - NonceWindow.MaxTimeout - Margin));

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
