using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// The taken nonces in Table Storage: insert-only. A nonce always falls into the same row, so the insert is the whole check, and the row
/// never changes: the attempt it names has taken the nonce, in any instance and however late the reply.
/// </summary>
internal sealed class NonceTable(MinerTables tables)
{
    /// <summary>The property that names the attempt.</summary>
    public const string Attempt = "Attempt";

    private readonly Lazy<TableClient> _table = new(() => tables.Swift(MinerTables.Nonces));

    /// <summary>
    /// One try, which the client does not repeat. Bounded by the client's timeout and not by the caller's going away: what was sent may
    /// count. Tries of one attempt may run side by side.
    /// </summary>
    /// <param name="attempt">Who takes what.</param>
    /// <param name="again">Whether an earlier try may have come through: then the row is looked for first.</param>
    /// <returns>Whether the row is this attempt's; otherwise it is another's.</returns>
    /// <exception cref="Exception">Storage failed, as <see cref="StorageFailures"/> tells.</exception>
    public async Task<bool> TryTakeAsync(NonceAttempt attempt, bool again)
    {
        if (again && await OwnerAsync(attempt) is { } owner)
        {
            return owner == attempt.Id;
        }

        try
        {
            return await InsertAsync(attempt);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            await _table.Value.CreateIfNotExistsAsync();
            return await InsertAsync(attempt);
        }
    }

    private async Task<bool> InsertAsync(NonceAttempt attempt)
    {
        try
        {
            await _table.Value.AddEntityAsync(new TableEntity(attempt.Key.Slice, attempt.Key.Hash) { [Attempt] = attempt.Id });
            return true;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            attempt.MetRow = true;
            return await OwnerAsync(attempt) == attempt.Id;
        }
    }

    private async Task<Guid?> OwnerAsync(NonceAttempt attempt)
    {
        var row = await _table.Value.GetEntityIfExistsAsync<TableEntity>(attempt.Key.Slice, attempt.Key.Hash, [Attempt]);
        return row.HasValue ? row.Value!.GetGuid(Attempt) ?? Guid.Empty : null;
    }
}
