using Azure.Core;
using Azure.Storage.Blobs;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Storage;

/// <summary>The miner's blobs in its storage account: one container, whose name includes the table prefix.</summary>
public sealed class MinerBlobs(StorageSettings settings)
{
    private readonly Lazy<BlobContainerClient> _models = new(() => Connect(settings));

    /// <summary>The files of models, <c>{name}/{version}/…</c>. The container may not exist yet.</summary>
    public BlobContainerClient Models => _models.Value;

    /// <summary>
    /// Container names are lower-case, and table names are case-insensitive, so prefixes that differ in case mean the same.
    /// </summary>
#pragma warning disable CA1308
    public static string ContainerName(string tablePrefix) => (tablePrefix ?? "").ToLowerInvariant() + "models";
#pragma warning restore CA1308

    private static BlobContainerClient Connect(StorageSettings settings)
    {
        var options = new BlobClientOptions();
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(20);
        options.AddPolicy(new StorageAnswerPolicy(), HttpPipelinePosition.PerCall);
        var service = settings.Location.Contains('=', StringComparison.Ordinal)
            ? new BlobServiceClient(settings.Location, options)
            : new BlobServiceClient(
                new Uri($"https://{settings.Location}.blob.core.windows.net"),
                new StorageCredential(settings.Location),
                options
            );
        return service.GetBlobContainerClient(ContainerName(settings.TablePrefix));
    }
}
