using Azure;
using Azure.Data.Tables;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Access;

public sealed class TableValidatorStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, 1, TimeSpan.Zero);

    private readonly StorageSettings _storage;
    private readonly TableClient _table;
    private readonly KeptLog _log = new();
    private readonly LoggerFactory _loggers;

    public TableValidatorStoreTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _table = new(_storage.Location, _storage.TablePrefix + "validators");
        _loggers = new([_log]);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task An_empty_store_has_no_record()
    {
        Assert.Null(await New().ReadForRequestAsync(Ct));
        Assert.Null(await New().ReadAsync(Ct));
        Assert.Null(await New().ReadForRequestAsync(Ct));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(PackedNeurons.PerPart)]
    [InlineData(4096)]
    public async Task A_record_comes_back_whole_for_every_size_of_subnet(int count)
    {
        var record = new ValidatorRecord(
            new(TestSubnet.At(700_000_000, count, named: false), Noon),
            new(TestSubnet.At(7, count, named: false, kin: "two"), Noon.AddTicks(1))
        );
        await New().UpdateAsync(_ => record, Ct);
        foreach (var read in new[] { await New().ReadForRequestAsync(Ct), await New().ReadAsync(Ct) })
        {
            foreach (var (want, got) in new[] { (record.List!, read!.List!), (record.HeldBack!, read.HeldBack!) })
            {
                Assert.Equal((want.ReadAt, want.Subnet.Netuid, want.Subnet.Block), (got.ReadAt, got.Subnet.Netuid, got.Subnet.Block));
                Assert.Equal(want.Subnet.Neurons, got.Subnet.Neurons);
            }
        }
    }

    [Fact]
    public async Task What_speaks_for_a_list_comes_back_and_a_row_of_a_version_that_did_not_write_it_is_one_look()
    {
        await New().UpdateAsync(_ => new(new(TestSubnet.At(), Noon, ListEvidence.TwoNodes, Noon.AddHours(-1)), null), Ct);
        var list = (await New().ReadAsync(Ct))!.List!;
        Assert.Equal((ListEvidence.TwoNodes, Noon.AddHours(-1), Noon), (list.Evidence, list.BlockAt, list.ReadAt));

        var row = (await _table.GetEntityAsync<TableEntity>("420", "snapshot", cancellationToken: Ct)).Value;
        row.Remove("Evidence");
        row.Remove("BlockAt");
        await _table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace, Ct);
        list = (await New().ReadAsync(Ct))!.List!;
        Assert.Equal((ListEvidence.OneRead, Noon), (list.Evidence, list.BlockAt));
    }

    [Fact]
    public async Task A_smaller_record_leaves_nothing_of_a_larger_one()
    {
        await New().UpdateAsync(_ => new(new(TestSubnet.At(1, 4096), Noon), new(TestSubnet.At(2, 4000), Noon)), Ct);
        await New().UpdateAsync(_ => new(new(TestSubnet.At(3, 2), Noon), null), Ct);
        var record = (await New().ReadAsync(Ct))!;
        Assert.Equal((5, true), (record.List!.Subnet.Neurons.Count, record.HeldBack is null));
    }

    [Fact]
    public async Task The_row_has_the_keys_and_properties_that_are_documented()
    {
        await New().UpdateAsync(_ => new(new(TestSubnet.At(), Noon), null), Ct);
        var row = (await _table.GetEntityAsync<TableEntity>("420", "snapshot", cancellationToken: Ct)).Value;
        Assert.Equal(
            (1, "test", 5_000_000L, 23, Noon),
            (
                row.GetInt32("Format"),
                row.GetString("Network"),
                row.GetInt64("Block"),
                row.GetInt32("Count"),
                row.GetDateTimeOffset("ReadAt")
            )
        );
        Assert.Equal(23 * 33, row.GetBinary("Neurons0").Length);
        Assert.Equal(TestSubnet.Alice.PublicKey.ToArray(), row.GetBinary("Neurons0")[..32]);
        Assert.Equal([1, 0], [row.GetBinary("Neurons0")[32], row.GetBinary("Neurons0")[65]]);
    }

    [Theory]
    [InlineData(false, "POST validators")]
    [InlineData(true, "PUT validators")]
    public async Task Of_two_who_write_at_once_the_one_with_the_newest_block_is_kept(bool isKnown, string write)
    {
        if (isKnown)
        {
            await TellAsync(New(), 1);
        }

        await using var overtaken = new FaultyStorage(_storage.Location);
        overtaken.StepIn(write, () => TellAsync(New(), 8));
        await TellAsync(New(storage: _storage.Through(overtaken)), 7);

        Assert.Equal(8u, (await New().ReadAsync(Ct))!.List!.Subnet.Block);

        static Task TellAsync(TableValidatorStore store, uint block) =>
            store.UpdateAsync(stored => stored.Told(TestSubnet.At(block), Noon), Ct);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_writes_nothing()
    {
        await New().UpdateAsync(_ => new(new(TestSubnet.At(), Noon), null), Ct);
        var before = (await _table.GetEntityAsync<TableEntity>("420", "snapshot", cancellationToken: Ct)).Value.ETag;
        var kept = await New().UpdateAsync(stored => stored, Ct);
        Assert.Equal(TestSubnet.Block, kept.List!.Subnet.Block);
        Assert.Equal(before, (await _table.GetEntityAsync<TableEntity>("420", "snapshot", cancellationToken: Ct)).Value.ETag);
    }

    [Theory]
    [InlineData("finney")]
    [InlineData("http://127.0.0.1:9944")]
    public async Task The_record_of_another_network_is_ignored_and_replaced(string network)
    {
        await New().UpdateAsync(_ => new(new(TestSubnet.At(), Noon), null), Ct);
        var other = New(network);
        Assert.Null(await other.ReadForRequestAsync(Ct));
        await other.UpdateAsync(stored => stored.Told(TestSubnet.At(7, kin: "two"), Noon), Ct);
        Assert.Equal(7u, (await other.ReadAsync(Ct))!.List!.Subnet.Block);
        Assert.Null(await New().ReadAsync(Ct));
        Assert.Equal(0, _log.Count(3105));
    }

    [Fact]
    public async Task Each_subnet_has_a_row_of_its_own()
    {
        await New().UpdateAsync(_ => new(new(TestSubnet.At(), Noon), null), Ct);
        Assert.Null(await New(netuid: 42).ReadAsync(Ct));
    }

    public static TheoryData<string, object> Damages =>
        new()
        {
            { "Format", 2 },
            { "Count", 22 },
            { "Block", 0L },
            { "Block", -1L },
            { "Block", 4294967295L },
            { "Block", 1L << 32 },
            { "ReadAt", "noon" },
            { "Neurons0", new byte[32] },
            { "Neurons0", new byte[23 * 33] },
            { "Neurons1", new byte[33] },
            { "Evidence", 3 },
            { "Evidence", -1 },
            { "BlockAt", Noon.AddTicks(1) },
            { "Count", int.MinValue },
            { "Count", int.MaxValue },
            { "HeldBackCount", 1 },
            { "HeldBackNeurons0", new byte[33] },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_record_is_reported_and_replaced(string property, object value)
    {
        await New().UpdateAsync(_ => new(new(TestSubnet.At(), Noon), null), Ct);
        await _table.UpdateEntityAsync(new TableEntity("420", "snapshot") { [property] = value }, ETag.All, TableUpdateMode.Merge, Ct);
        Assert.Null(await New().ReadForRequestAsync(Ct));
        Assert.Equal(1, _log.Count(3105));
        await New().UpdateAsync(stored => stored.Told(TestSubnet.At(7), Noon), Ct);
        Assert.Equal(7u, (await New().ReadForRequestAsync(Ct))!.List!.Subnet.Block);
    }

    [Fact]
    public void A_network_goes_by_its_name_or_by_the_hash_of_its_urls_in_any_order()
    {
        Assert.Equal("test", Name(" test "));
        Assert.Equal(Name("https://a/key1,wss://b"), Name("wss://b, https://a/key1"));
        Assert.Matches(@"\Aurls-[0-9a-f]{16}\z", Name("https://a/key1"));
        Assert.NotEqual(Name("https://a/key1"), Name("https://a/key2"));
    }

    private static string Name(string network)
    {
        Assert.True(ChainEndpoints.TryParse(network, out var endpoints, out _));
        return NetworkName.Of(network, endpoints);
    }

    private TableValidatorStore New(string network = "test", ushort netuid = 420, StorageSettings? storage = null)
    {
        Assert.True(ChainEndpoints.TryParse(network, out var endpoints, out _));
        return new(
            new(storage ?? _storage),
            new()
            {
                Storage = _storage,
                Network = network,
                Netuid = netuid,
            },
            endpoints,
            _loggers.CreateLogger<TableValidatorStore>()
        );
    }
}
