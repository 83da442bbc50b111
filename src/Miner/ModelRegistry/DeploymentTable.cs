using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>Reads and changes what is served. Of two changes at once both take effect, one after the other.</summary>
public sealed class DeploymentTable(MinerTables tables, TimeProvider clock)
{
    /// <summary>With the patience of somebody who works by hand.</summary>
    /// <exception cref="DamagedDeploymentException">The row can't be read.</exception>
    public Task<Deployment> ReadAsync(CancellationToken ct) =>
        tables.UseAsync(MinerTables.Models, async table => (await ReadAsync(table, ct)).Choice, ct);

    /// <summary>
    /// Swiftly, as a running miner looks: the row's ETag, and the choice unless it is the one <paramref name="known"/> already.
    /// </summary>
    /// <exception cref="DamagedDeploymentException">The row can't be read.</exception>
    public async Task<(Deployment? Choice, ETag? ETag)> LookAsync(ETag? known, CancellationToken ct)
    {
        try
        {
            var response = await tables
                .Swift(MinerTables.Models)
                .GetEntityIfExistsAsync<TableEntity>(DeploymentEntity.Partition, DeploymentEntity.Row, cancellationToken: ct);
            return !response.HasValue ? (Deployment.None, null)
                : response.Value!.ETag == known ? (null, known)
                : (DeploymentEntity.Read(response.Value) ?? throw new DamagedDeploymentException(), response.Value.ETag);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The table is made by the first change.
            return (Deployment.None, null);
        }
    }

    /// <summary>Changes the choice; null from <paramref name="change"/> leaves it as it is.</summary>
    /// <returns>What the choice is now; null where it was left as it is.</returns>
    /// <exception cref="DamagedDeploymentException">The row can't be read.</exception>
    public Task<Deployment?> ChangeAsync(Func<Deployment, Deployment?> change, CancellationToken ct)
    {
        return tables.UseAsync(
            MinerTables.Models,
            table =>
                OptimisticUpdate.UpdateOptimisticallyAsync(
                    async token =>
                    {
                        var (choice, etag) = await ReadAsync(table, token);
                        var changed = change(choice);
                        if (changed is not null)
                        {
                            await table.WriteAsync(DeploymentEntity.From(changed, clock.GetUtcNow()), etag, token);
                        }

                        return changed;
                    },
                    ct
                ),
            ct
        );
    }

    private static async Task<(Deployment Choice, ETag? ETag)> ReadAsync(TableClient table, CancellationToken ct)
    {
        var response = await table.GetEntityIfExistsAsync<TableEntity>(
            DeploymentEntity.Partition,
            DeploymentEntity.Row,
            cancellationToken: ct
        );
        return response.HasValue
            ? (DeploymentEntity.Read(response.Value!) ?? throw new DamagedDeploymentException(), response.Value!.ETag)
            : (Deployment.None, null);
    }
}
