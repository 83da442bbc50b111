using Azure;
using Azure.Data.Tables;

namespace Bittbridge.Miner;

/// <summary>Reads and changes what is served. Of two changes at once both take effect, one after the other.</summary>
public sealed class ServedChoiceTable(MinerTables tables, TimeProvider clock)
{
    /// <summary>With the patience of somebody who works by hand.</summary>
    /// <exception cref="DamagedChoiceException">The row can't be read.</exception>
    public Task<ServedChoice> ReadAsync(CancellationToken ct) => tables.UseAsync(MinerTables.Models, async table => (await ReadAsync(table, ct).ConfigureAwait(false)).Choice, ct);

    /// <summary>Swiftly, as a running miner looks: the row's ETag, and the choice unless it is the one <paramref name="known"/> already.</summary>
    /// <exception cref="DamagedChoiceException">The row can't be read.</exception>
    public async Task<(ServedChoice? Choice, ETag? ETag)> LookAsync(ETag? known, CancellationToken ct)
    {
        try
        {
            var response = await tables.Swift(MinerTables.Models).GetEntityIfExistsAsync<TableEntity>(ServedChoiceEntity.Partition, ServedChoiceEntity.Row, cancellationToken: ct).ConfigureAwait(false);
            return !response.HasValue ? (ServedChoice.None, null)
                : response.Value!.ETag == known ? (null, known)
                : (ServedChoiceEntity.Read(response.Value) ?? throw new DamagedChoiceException(), response.Value.ETag);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The table is made by the first change.
            return (ServedChoice.None, null);
        }
    }

    /// <summary>Changes the choice; null from <paramref name="change"/> leaves it as it is.</summary>
    /// <returns>What the choice is now; null where it was left as it is.</returns>
    /// <exception cref="DamagedChoiceException">The row can't be read.</exception>
    public Task<ServedChoice?> ChangeAsync(Func<ServedChoice, ServedChoice?> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        return tables.UseAsync(MinerTables.Models, async table =>
        {
            for (var attempt = 1; ; attempt++)
            {
                var (choice, etag) = await ReadAsync(table, ct).ConfigureAwait(false);
                if (change(choice) is not { } changed)
                {
                    return null;
                }

                try
                {
                    var entity = ServedChoiceEntity.From(changed, clock.GetUtcNow());
                    await (etag is { } tag ? table.UpdateEntityAsync(entity, tag, TableUpdateMode.Replace, ct) : table.AddEntityAsync(entity, ct)).ConfigureAwait(false);
                    return changed;
                }
                catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412 && exception.ErrorCode != "TableNotFound" && attempt < WriteClashes.Attempts)
                {
                    // Another writer was first: change what it wrote.
                    await WriteClashes.StandBackAsync(attempt, ct).ConfigureAwait(false);
                }
            }
        }, ct);
    }

    private static async Task<(ServedChoice Choice, ETag? ETag)> ReadAsync(TableClient table, CancellationToken ct)
    {
        var response = await table.GetEntityIfExistsAsync<TableEntity>(ServedChoiceEntity.Partition, ServedChoiceEntity.Row, cancellationToken: ct).ConfigureAwait(false);
        return response.HasValue ? (ServedChoiceEntity.Read(response.Value!) ?? throw new DamagedChoiceException(), response.Value!.ETag) : (ServedChoice.None, null);
    }
}
