using Azure;
using Azure.Data.Tables;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

/// <summary>The validator list in Table Storage: one entity, written with its ETag.</summary>
internal sealed class TableValidatorStore(
    MinerTables tables,
    MinerSettings settings,
    ChainEndpoints endpoints,
    ILogger<TableValidatorStore> logger
) : IValidatorStore
{
    private readonly string _network = NetworkName.Of(settings.Network, endpoints);

    public async Task<ValidatorRecord?> ReadForRequestAsync(CancellationToken ct)
    {
        try
        {
            return (await ReadAsync(tables.ForRequests(MinerTables.Validators), ct)).Record;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The table is created when the first list is stored.
            return null;
        }
    }

    public async Task<ValidatorRecord?> ReadAsync(CancellationToken ct) =>
        (await tables.UseAsync(MinerTables.Validators, table => ReadAsync(table, ct), ct)).Record;

    public Task<ValidatorRecord> UpdateAsync(Func<ValidatorRecord, ValidatorRecord> change, CancellationToken ct)
    {
        return tables.UseAsync(MinerTables.Validators, table => UpdateAsync(table, change, ct), ct);
    }

    private Task<ValidatorRecord> UpdateAsync(TableClient table, Func<ValidatorRecord, ValidatorRecord> change, CancellationToken ct) =>
        OptimisticUpdate.UpdateOptimisticallyAsync(
            async token =>
            {
                var (stored, etag) = await ReadAsync(table, token);
                var before = stored ?? ValidatorRecord.Empty;
                var after = change(before);
                if (!ReferenceEquals(before, after))
                {
                    await table.WriteAsync(ValidatorEntities.From(settings.Netuid, _network, after), etag, token);
                }

                return after;
            },
            ct
        );

    /// <summary>The ETag is returned even when the record is damaged, so that it can be replaced.</summary>
    private async Task<(ValidatorRecord? Record, ETag? ETag)> ReadAsync(TableClient table, CancellationToken ct)
    {
        var response = await table.GetEntityIfExistsAsync<TableEntity>(
            ValidatorEntities.Partition(settings.Netuid),
            ValidatorEntities.Snapshot,
            cancellationToken: ct
        );
        if (!response.HasValue)
        {
            return (null, null);
        }

        var record = ValidatorEntities.ToRecord(settings.Netuid, _network, response.Value!);
        if (record is null && ValidatorEntities.IsOf(_network, response.Value!))
        {
            AccessLog.RecordDamaged(logger, settings.Netuid);
        }

        return (record, response.Value!.ETag);
    }
}
