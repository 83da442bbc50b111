using System.Net;
using System.Net.Sockets;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Access;

/// <summary>What holds for the network <c>local</c> and for no other. One node answers for both.</summary>
public sealed class LocalChainTests : IAsyncDisposable
{
    private const string OtherNetwork = "http://node.example:9944";

    private readonly StorageSettings _storage;
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordedNode _node = new(TestSubnet.At());
    private readonly HttpClient _http;

    public LocalChainTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false });
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }

    [Theory]
    [InlineData("local", 5_015_000u)]
    [InlineData(OtherNetwork, 5_000_000u)]
    public async Task Fast_blocks_are_believed_of_a_local_chain_alone(string network, uint believed)
    {
        var (settings, endpoints) = Of(network);
        var known = new KnownValidators(settings, _clock);
        using var refresh = new ValidatorRefresh(
            new(endpoints, _http, TimeProvider.System),
            new TableValidatorStore(new(_storage), settings, endpoints, NullLogger<TableValidatorStore>.Instance),
            known,
            settings,
            _clock,
            NullLogger<ValidatorRefresh>.Instance
        );
        await refresh.RunAsync(Ct);
        Assert.Equal(5_000_000u, known.Good!.Subnet.Block);

        _clock.Advance(TimeSpan.FromHours(1));
        _node.Block += 15_000;
        await refresh.RunAsync(Ct);

        Assert.Equal(believed, known.Good!.Subnet.Block);
    }

    [Theory]
    [InlineData("local", nameof(AxonReach.ThisMiner))]
    [InlineData(OtherNetwork, nameof(AxonReach.NotPublic))]
    public async Task An_axon_on_the_loopback_is_called_for_a_local_chain_alone(string network, string reach)
    {
        var hotkey = TestSubnet.Bob;
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            settings: [("Bittbridge:Access", "signed"), ("Bittbridge:Hotkey", hotkey.ToString())]
        );
        _node.Stand(
            TestSubnet.Netuid,
            hotkey.PublicKey,
            2,
            [3, 2, 1, .. Enumerable.Repeat((ushort)9, 19), 0],
            IPEndPoint.Parse(miner.Address.Authority)
        );
        var (settings, endpoints) = Of(network);
        var standing = new StandingRefresh(
            new(endpoints, _http, TimeProvider.System),
            new(_http, _clock),
            new(_storage, TimeSpan.FromMinutes(9)),
            settings,
            endpoints,
            _clock,
            NullLogger<StandingRefresh>.Instance
        );

        await standing.RunAsync(Ct);

        var read = await standing.ReadAsync(Ct);
        Assert.Equal((miner.Address.Authority, reach), (read?.Axon, read?.Reach.ToString()));
    }

    /// <summary>The node is reached at the port of <c>local</c>, on any host.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var asked = context.DnsEndPoint.Port;
        var port = asked == 9944 ? IPEndPoint.Parse(_node.Authority).Port : asked;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private (MinerSettings Settings, ChainEndpoints Endpoints) Of(string network)
    {
        Assert.True(ChainEndpoints.TryParse(network, out var endpoints, out var problem), problem);
        return (
            new()
            {
                Storage = _storage,
                Network = network,
                Netuid = TestSubnet.Netuid,
                Hotkey = TestSubnet.Bob.ToString(),
            },
            endpoints
        );
    }
}
