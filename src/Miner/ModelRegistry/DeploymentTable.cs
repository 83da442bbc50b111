using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>Reads and changes the deployment. Concurrent changes are applied one after the other; none is lost.</summary>
public sealed class DeploymentTable(MinerTables tables, TimeProvider clock)
{
    /// <summary>Reads the deployment with the retries and timeouts of background work.</summary>
    /// <exception cref="DamagedDeploymentException">The row can't be read.</exception>
    public Task<Deployment> ReadAsync(CancellationToken ct) =>
        tables.UseAsync(MinerTables.Models, async table => (await ReadAsync(table, ct)).Deployment, ct);

    /// <summary>
    /// Reads the deployment without retries, as a running miner does: the row's ETag and, if that is not <paramref name="known"/>, the
    /// deployment.
    /// </summary>
    /// <exception cref="DamagedDeploymentException">The row can't be read.</exception>
    public async Task<(Deployment? Deployment, ETag? ETag)> ReadIfChangedAsync(ETag? known, CancellationToken ct)
    {
        try
        {
            var response = await tables
                .ForRequests(MinerTables.Models)
                .GetEntityIfExistsAsync<TableEntity>(DeploymentEntity.Partition, DeploymentEntity.Row, cancellationToken: ct);
            return !response.HasValue ? (Deployment.None, null)
                : response.Value!.ETag == known ? (null, known)
                : (DeploymentEntity.Read(response.Value) ?? throw new DamagedDeploymentException(), response.Value.ETag);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The first change creates the table.
            return (Deployment.None, null);
        }
    }

    /// <summary>Changes the deployment; does nothing if <paramref name="change"/> returns null.</summary>
    /// <returns>The new deployment; null if nothing was changed.</returns>
    /// <exception cref="DamagedDeploymentException">The row can't be read.</exception>
    public Task<Deployment?> ChangeAsync(Func<Deployment, Deployment?> change, CancellationToken ct)
    {
        return tables.UseAsync(
            MinerTables.Models,
            table =>
                OptimisticUpdate.UpdateOptimisticallyAsync(
                    async token =>
                    {
                        var (deployment, etag) = await ReadAsync(table, token);
                        var changed = change(deployment);
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

    private static async Task<(Deployment Deployment, ETag? ETag)> ReadAsync(TableClient table, CancellationToken ct)
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
