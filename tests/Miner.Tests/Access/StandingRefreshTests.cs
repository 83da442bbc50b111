using System.Net;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Access;

public sealed class StandingRefreshTests(TestStorage storage) : IAsyncDisposable
{
    private readonly StorageSettings _storage = storage.NewSettings();
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordedNode _node = new(TestSubnet.At());
    private readonly HttpClient _http = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task The_housekeeping_of_one_instance_reads_it_for_all()
    {
        Stand(axon: null);
        await New().RunAsync(Ct);
        var asked = _node.Requests.Count;
        var read = await New().ReadAsync(Ct);
        Assert.Equal(
            new OwnStanding(
                _clock.GetUtcNow(),
                new(TestSubnet.Block, 23, 2, false, 1 / 65535d, 22, TestSubnet.Block - 5000, 7200, 12.5),
                null,
                AxonReach.NoAddress,
                null
            ),
            read
        );
        Assert.Equal(asked, _node.Requests.Count);
    }

    [Fact]
    public async Task An_unregistered_hotkey_is_reported()
    {
        await New().RunAsync(Ct);
        Assert.Equal(new OwnStanding(_clock.GetUtcNow(), null, null, AxonReach.NoAddress, null), await New().ReadAsync(Ct));
    }

    [Fact]
    public async Task Whether_the_axon_leads_to_this_miner_or_another_is_reported()
    {
        await using var mine = await MinerAsync(TestSubnet.Bob);
        await using var other = await MinerAsync(TestSubnet.Charlie);
        await using var web = new StandInServer(200, "a web page", "text/plain");
        foreach (
            var (address, reach, named) in new[]
            {
                (mine.Address.Authority, AxonReach.ThisMiner, (string?)null),
                (other.Address.Authority, AxonReach.OtherMiner, TestSubnet.Charlie.ToString()),
                (new Uri(web.Url).Authority, AxonReach.NoMiner, null),
                ("127.0.0.1:1", AxonReach.NotReached, null),
            }
        )
        {
            Stand(IPEndPoint.Parse(address));
            _clock.Advance(TimeSpan.FromMinutes(45));
            await New(isDevelopment: true).RunAsync(Ct);
            var read = (await New().ReadAsync(Ct))!;
            Assert.Equal((address, reach, named), (read.Axon, read.Reach, read.OtherHotkey));
        }
    }

    [Fact]
    public async Task An_address_that_is_not_public_is_told_and_not_called()
    {
        await using var mine = await MinerAsync(TestSubnet.Bob);
        Stand(IPEndPoint.Parse(mine.Address.Authority));
        await New().RunAsync(Ct);
        var read = (await New().ReadAsync(Ct))!;
        Assert.Equal((mine.Address.Authority, AxonReach.NotPublic, null), (read.Axon, read.Reach, read.OtherHotkey));
    }

    [Fact]
    public async Task A_chain_that_fails_leaves_the_last_one_and_says_why()
    {
        Stand(axon: null);
        var instance = New();
        await instance.RunAsync(Ct);
        var before = await instance.ReadAsync(Ct);
        _node.Raw = "<html>502</html>";
        _clock.Advance(TimeSpan.FromHours(1));
        await instance.RunAsync(Ct);
        Assert.Contains("is not JSON", instance.LastFailure, StringComparison.Ordinal);
        Assert.Equal(before, await instance.ReadAsync(Ct));

        _node.Raw = null;
        _clock.Advance(TimeSpan.FromMinutes(5));
        await instance.RunAsync(Ct);
        Assert.Null(instance.LastFailure);
        Assert.NotEqual(before, await instance.ReadAsync(Ct));
    }

    [Fact]
    public async Task Each_outage_of_the_chain_is_logged_once()
    {
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        var instance = New(logger: loggers.CreateLogger<StandingRefresh>());
        foreach (var (fails, lines) in new[] { (true, 1), (true, 1), (false, 1), (true, 2) })
        {
            _node.Raw = fails ? "<html>502</html>" : null;
            _clock.Advance(TimeSpan.FromMinutes(45));
            await instance.RunAsync(Ct);
            Assert.Equal((fails, lines), (instance.LastFailure is not null, log.Count(3108)));
        }
    }

    [Fact]
    public async Task A_standing_that_is_younger_than_45_minutes_is_not_read_again()
    {
        Stand(axon: null);
        var instance = New();
        await instance.RunAsync(Ct);
        var asked = _node.Requests.Count;
        _clock.Advance(TimeSpan.FromMinutes(45) - TimeSpan.FromSeconds(1));
        await instance.RunAsync(Ct);
        Assert.Equal(asked, _node.Requests.Count);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await instance.RunAsync(Ct);
        Assert.True(_node.Requests.Count > asked, "A standing of 45 minutes was not read again.");
    }

    [Fact]
    public async Task A_missing_or_old_standing_starts_a_read()
    {
        Stand(axon: null);
        var instance = New();
        Assert.Null(await instance.ReadAsync(Ct));
        await Polling.UntilAsync(async () => await instance.ReadAsync(Ct) is not null);
        var first = await instance.ReadAsync(Ct);

        _clock.Advance(TimeSpan.FromHours(2) + TimeSpan.FromMinutes(1));
        Assert.Equal(first, await instance.ReadAsync(Ct));
        await Polling.UntilAsync(async () => await instance.ReadAsync(Ct) != first);
    }

    [Fact]
    public async Task Each_hotkey_and_network_has_its_own_standing_and_open_mode_has_no_standing()
    {
        Stand(axon: null);
        await New().RunAsync(Ct);
        await using var elsewhere = new RecordedNode(TestSubnet.At());
        Assert.Null(await New(hotkey: TestSubnet.Dave).ReadAsync(Ct));
        Assert.Null(await New(network: $"http://{elsewhere.Authority}").ReadAsync(Ct));

        // A node of its own: the reads above go on in the background.
        await using var idle = new RecordedNode(TestSubnet.At());
        var open = New(AccessMode.Open, network: $"http://{idle.Authority}");
        await open.RunAsync(Ct);
        Assert.Null(await open.ReadAsync(Ct));
        Assert.Empty(idle.Requests);
    }

    private void Stand(IPEndPoint? axon) =>
        _node.Stand(TestSubnet.Netuid, TestSubnet.Bob.PublicKey, 2, [3, 2, 1, .. Enumerable.Repeat((ushort)9, 19), 0], axon);

    private static Task<RunningMiner> MinerAsync(Ss58Address hotkey) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            settings: [("Bittbridge:Access", "signed"), ("Bittbridge:Hotkey", hotkey.ToString())]
        );

    private StandingRefresh New(
        AccessMode access = AccessMode.Permit,
        Ss58Address? hotkey = null,
        string? network = null,
        bool isDevelopment = false,
        ILogger<StandingRefresh>? logger = null
    )
    {
        network ??= $"http://{_node.Authority}";
        Assert.True(ChainEndpoints.TryParse(network, out var endpoints, out var problem), problem);
        return new(
            new(endpoints, _http, TimeProvider.System),
            new(_http, _clock),
            new(_storage, TimeSpan.FromMinutes(9)),
            new()
            {
                Storage = _storage,
                Access = access,
                Network = network,
                IsDevelopment = isDevelopment,
                Netuid = TestSubnet.Netuid,
                Hotkey = (hotkey ?? TestSubnet.Bob).ToString(),
            },
            endpoints,
            _clock,
            logger ?? NullLogger<StandingRefresh>.Instance
        );
    }
}
