using Azure.Storage.Blobs;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models.Packages;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class ModelVersionStoreTests
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero));
    private readonly StorageSettings _storage;
    private readonly MinerBlobs _blobs;
    private readonly ModelVersionStore _store;

    public ModelVersionStoreTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _blobs = new(_storage);
        _store = new(_blobs, _clock);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pushed_version_is_read_back_byte_for_byte_with_the_digest_of_each_file()
    {
        var package = new ModelPackage(
            Id("mine@1.0-a"),
            new Dictionary<string, ReadOnlyMemory<byte>> { ["b.bin"] = new byte[] { 0, 255, 7 }, ["a.json"] = "{}"u8.ToArray() }
        );
        var manifest = await _store.PushAsync(package, "odd", Ct);
        Assert.Equal(["a.json", "b.bin"], manifest!.Files.Select(file => file.Name));
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", manifest.Files[0].Sha256);
        Assert.Equal(_clock.GetUtcNow(), manifest.PushedAt);

        var stored = await _store.ReadAsync(package.Id!, Ct);
        Assert.Null(stored.Problem);
        Assert.Equal(package.Id, stored.Package!.Id);
        Assert.Every(package.Files, file => Assert.Equal(file.Value.ToArray(), stored.Package.Files[file.Key].ToArray()));
        Assert.True(manifest.HoldsTheSameAs(stored.Manifest!));
    }

    [Fact]
    public async Task Pushing_the_same_package_again_returns_the_same_version()
    {
        var first = await _store.PushAsync(Linear("mine@1"), "linear", Ct);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(first!.PushedAt, (await _store.PushAsync(Linear("mine@1"), "linear", Ct))!.PushedAt);
    }

    [Fact]
    public async Task Different_content_for_an_existing_version_is_refused_and_changes_nothing()
    {
        var first = Linear("mine@1");
        await _store.PushAsync(first, "linear", Ct);
        Assert.Null(await _store.PushAsync(Linear("mine@1", plus: 0.002), "linear", Ct));
        var stored = await _store.ReadAsync(first.Id!, Ct);
        Assert.Equal(first.Files["linear.json"].ToArray(), stored.Package!.Files["linear.json"].ToArray());
    }

    /// <summary>The other comes before the second write, which is of the file, or before the third, of the manifest.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_concurrent_pushes_of_one_version_one_wins_and_its_files_are_complete(int write)
    {
        var (late, winner) = (Linear("mine@1", 0.001), Linear("mine@1", 0.002));
        await using var overtaken = new FaultyStorage(_storage.Location, "Blob");
        var store = new ModelVersionStore(new(_storage.Through(overtaken)), _clock);
        overtaken.StepIn("PUT models", async () => Assert.NotNull(await _store.PushAsync(winner, "linear", Ct)), write);

        Assert.Null(await store.PushAsync(late, "linear", Ct));

        Assert.Equal(
            winner.Files["linear.json"].ToArray(),
            (await _store.ReadAsync(winner.Id!, Ct)).Package!.Files["linear.json"].ToArray()
        );
    }

    [Theory]
    [InlineData("changed", "not the one that was pushed")]
    [InlineData("longer", "not the one that was pushed")]
    [InlineData("gone", "missing")]
    [InlineData("no manifest", "There is no model mine@1")]
    [InlineData("bad manifest", "manifest of mine@1 is damaged")]
    [InlineData("manifest of another", "manifest of mine@1 is damaged")]
    public async Task A_file_that_was_tampered_with_is_detected(string damage, string word)
    {
        var manifest = await _store.PushAsync(Linear("mine@1"), "linear", Ct);
        var file = _blobs.Models.GetBlobClient($"mine/1/{manifest!.Files[0].Sha256}/linear.json");
        var index = _blobs.Models.GetBlobClient("mine/1/manifest.json");
        await (
            damage switch
            {
                "changed" => Replace(
                    file,
                    (await file.DownloadContentAsync(Ct)).Value.Content.ToString().Replace("0.001", "0.002", StringComparison.Ordinal)
                ),
                "longer" => Replace(file, (await file.DownloadContentAsync(Ct)).Value.Content + "\n"),
                "gone" => file.DeleteAsync(cancellationToken: Ct),
                "no manifest" => index.DeleteAsync(cancellationToken: Ct),
                "bad manifest" => Replace(index, "{\"formatVersion\":1"),
                _ => Replace(
                    index,
                    (await index.DownloadContentAsync(Ct))
                        .Value.Content.ToString()
                        .Replace("\"mine\"", "\"other\"", StringComparison.Ordinal)
                ),
            }
        );
        var stored = await _store.ReadAsync(Id("mine@1"), Ct);
        Assert.Null(stored.Package);
        Assert.Contains(word, stored.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_has_every_complete_version_by_name_and_time_and_no_interrupted_push()
    {
        Assert.Empty((await _store.ListAsync(Ct)).Versions);
        await _store.PushAsync(Linear("b@2"), "linear", Ct);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _store.PushAsync(Linear("b@1"), "linear", Ct);
        await _store.PushAsync(CalibrationOf("a@1"), "calibration", Ct);
        await Replace(_blobs.Models.GetBlobClient("c/1/abc/linear.json"), "{}");
        await Replace(_blobs.Models.GetBlobClient("d/1/manifest.json"), "no manifest");
        await Replace(
            _blobs.Models.GetBlobClient("e/1/manifest.json"),
            """{"formatVersion":1,"name":"e","version":"1","kind":"onnx","pushedAt":"2026-11-23T10:05:00Z","files":[null]}"""
        );
        var (versions, damaged) = await _store.ListAsync(Ct);
        Assert.Equal(["a@1", "b@2", "b@1"], versions.Select(manifest => manifest.Id.ToString()));
        Assert.Equal(["d@1", "e@1"], damaged.Select(id => id.ToString()));
    }

    [Fact]
    public async Task A_package_that_is_too_large_or_oddly_named_is_refused_before_anything_is_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() =>
            _store.PushAsync(
                new(Id("mine@1"), new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = new byte[PackageLimits.MaxBytes + 1] }),
                "odd",
                Ct
            )
        );
        await Assert.ThrowsAsync<ArgumentException>(() => _store.PushAsync(Of("mine@1", "../a", ""), "odd", Ct));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            _store.PushAsync(new(Id("mine@1"), new Dictionary<string, ReadOnlyMemory<byte>>()), "odd", Ct)
        );
        var seventeen = Enumerable.Range(1, 17).ToDictionary(i => $"file{i}", _ => new ReadOnlyMemory<byte>([1]));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.PushAsync(new(Id("mine@1"), seventeen), "odd", Ct));
        Assert.False(await _blobs.Models.ExistsAsync(Ct));
    }

    private static async Task Replace(BlobClient blob, string content) =>
        await blob.UploadAsync(BinaryData.FromString(content), overwrite: true, Ct);
}
