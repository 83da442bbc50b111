using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Bittbridge.Models.Packages;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Stores versions of models as blobs: <c>{name}/{version}/manifest.json</c>, and each file in a folder named after its digest, so that
/// interrupted or concurrent pushes never mix. The manifest is written last and never replaced.
/// </summary>
public sealed class ModelVersionStore(MinerBlobs blobs, TimeProvider clock)
{
    private const string ManifestName = "manifest.json";

    /// <summary>More than a manifest of <see cref="PackageLimits.MaxFiles"/> files needs.</summary>
    private const long MaxManifestBytes = 64 * 1024;

    /// <summary>Stores a package.</summary>
    /// <returns>Its manifest, which is the stored one if the same package was already stored; null if a different package is stored under
    /// this name and version.</returns>
    /// <exception cref="ArgumentException">The package is too large (see <see cref="PackageLimits"/>).</exception>
    public async Task<ModelManifest?> PushAsync(ModelPackage package, string kind, CancellationToken ct)
    {
        var id = package.Id ?? throw new ArgumentException("A package needs a name and version to be stored.", nameof(package));
        if (PackageLimits.Objection(package.Files) is { } objection)
        {
            throw new ArgumentException(objection, nameof(package));
        }

        ModelFile[] files =
        [
            .. package.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => ModelFile.Of(file.Key, file.Value)),
        ];
        var manifest = new ModelManifest(ModelManifest.CurrentFormat, id.Name, id.Version, kind, clock.GetUtcNow(), files);
        var container = blobs.Models;
        await container.CreateIfNotExistsAsync(cancellationToken: ct);
        if (await ManifestBytesAsync(id, ct) is { } there)
        {
            return Same(manifest, there);
        }

        foreach (var file in files)
        {
            await AddAsync(container.GetBlobClient(FilePath(id, file)), package.Files[file.Name], ct);
        }

        return await AddAsync(container.GetBlobClient(ManifestPath(id)), manifest.ToJson(), ct)
            ? manifest
            : Same(manifest, await ManifestBytesAsync(id, ct) ?? []);
    }

    /// <summary>Reads a version and checks the digest of every file.</summary>
    public async Task<StoredVersion> ReadAsync(ModelId id, CancellationToken ct)
    {
        if (await ManifestBytesAsync(id, ct) is not { } json)
        {
            return new(
                null,
                null,
                $"There is no model {id}: bittbridge models list shows the stored versions, bittbridge models push adds one."
            );
        }

        if (ModelManifest.FromJson(id, json) is not { } manifest)
        {
            return new(
                null,
                null,
                $"The manifest of {id} is damaged or newer than this program: push the model again under another version."
            );
        }

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            var content = await BytesAsync(FilePath(id, file), file.Bytes, ct);
            if (content is null || ModelFile.Of(file.Name, content) != file)
            {
                return new(
                    manifest,
                    null,
                    $"The file {file.Name} of {id} is {(content is null ? "missing" : "not the one that was pushed")}: push the model "
                        + "again under another version."
                );
            }

            files[file.Name] = content;
        }

        return new(manifest, new(id, files), null);
    }

    /// <summary>Every version, sorted by name and then by the time of the push, and those whose manifest can't be read.</summary>
    public async Task<(IReadOnlyList<ModelManifest> Versions, IReadOnlyList<ModelId> Damaged)> ListAsync(CancellationToken ct)
    {
        List<ModelManifest> found = [];
        List<ModelId> damaged = [];
        try
        {
            await foreach (var blob in blobs.Models.GetBlobsAsync(cancellationToken: ct))
            {
                if (
                    blob.Name.Split('/') is [var name, var version, ManifestName]
                    && ModelId.TryParse($"{name}@{version}", out var id)
                    && await ManifestBytesAsync(id, ct) is { } json
                )
                {
                    if (ModelManifest.FromJson(id, json) is { } manifest)
                    {
                        found.Add(manifest);
                    }
                    else
                    {
                        damaged.Add(id);
                    }
                }
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Nothing was ever pushed.
        }

        return ([.. found.OrderBy(manifest => manifest.Name, StringComparer.Ordinal).ThenBy(manifest => manifest.PushedAt)], damaged);
    }

    private static ModelManifest? Same(ModelManifest pushed, byte[] there) =>
        ModelManifest.FromJson(pushed.Id, there) is { } stored && stored.HoldsTheSameAs(pushed) ? stored : null;

    private static string ManifestPath(ModelId id) => $"{id.Name}/{id.Version}/{ManifestName}";

    private static string FilePath(ModelId id, ModelFile file) => $"{id.Name}/{id.Version}/{file.Sha256}/{file.Name}";

    /// <summary>False if the blob already exists.</summary>
    private static async Task<bool> AddAsync(BlobClient blob, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        try
        {
            await blob.UploadAsync(
                BinaryData.FromBytes(content),
                new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } },
                ct
            );
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            return false;
        }
    }

    private Task<byte[]?> ManifestBytesAsync(ModelId id, CancellationToken ct) => BytesAsync(ManifestPath(id), MaxManifestBytes, ct);

    /// <summary>
    /// Stops soon after <paramref name="maxBytes"/>, so that a longer result means a longer blob; null if there is no blob.
    /// </summary>
    private async Task<byte[]?> BytesAsync(string path, long maxBytes, CancellationToken ct)
    {
        try
        {
            var content = await blobs.Models.GetBlobClient(path).DownloadStreamingAsync(cancellationToken: ct);
            await using var stream = content.Value.Content;
            using var memory = new MemoryStream();
            var buffer = new byte[81920];
            int read;
            while (memory.Length <= maxBytes && (read = await stream.ReadAsync(buffer, ct)) > 0)
            {
                memory.Write(buffer, 0, read);
            }

            return memory.ToArray();
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }
}

/// <summary>A stored version: a complete package, or the reason why it can't be used.</summary>
/// <param name="Manifest">Null if it is missing or unreadable.</param>
/// <param name="Package">Every file, with verified digests; null with a <paramref name="Problem"/>.</param>
/// <param name="Problem">One sentence.</param>
public sealed record StoredVersion(ModelManifest? Manifest, ModelPackage? Package, string? Problem);
