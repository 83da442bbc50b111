using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Chain;

/// <summary>How a hotkey stands, from a node on a socket.</summary>
public sealed class NeuronStandingTests : IAsyncDisposable
{
    private const ushort Netuid = 420;

    private static readonly PublicKey Bob = DevelopmentKey.Derive("//Bob").PublicKey;

    private readonly RecordedNode _node = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task It_is_read_at_one_finalized_block()
    {
        _node.Stand(Netuid, Bob, 2, Incentives(), axon: null);
        var standing = (await ReadAsync()).Value!;

        Assert.Equal((4_000_000u, 304, (ushort)2, false), (standing.Block, standing.Neurons, standing.Uid, standing.Permit));
        Assert.Equal(2 / 65535d, standing.Incentive!.Value, 12);
        Assert.Equal(302, standing.Rank);
        Assert.Equal((3_995_000ul, (ushort)7200, 2200ul), (standing.RegisteredAt, standing.ImmunityPeriod, standing.ImmunityLeft));
        Assert.Equal(12.5, standing.Stake);
        Assert.Every(
            _node.Requests.Where(request => (string?)request["method"] == "state_queryStorageAt"),
            request => Assert.Equal(RecordedNode.Head, (string?)request["params"]![1])
        );
        var call = _node.Requests.Single(request => (string?)request["method"] == "state_call");
        Assert.Equal("0xa401044500", (string?)call["params"]![1]);
        Assert.Equal(RecordedNode.Head, (string?)call["params"]![2]);
    }

    [Theory]
    [InlineData(2199u, 1ul)]
    [InlineData(2200u, 0ul)]
    [InlineData(2201u, 0ul)]
    public async Task Immunity_ends(uint blocks, ulong left)
    {
        _node.Stand(Netuid, Bob, 2, Incentives(), axon: null);
        _node.Block += blocks;
        Assert.Equal(left, (await ReadAsync()).Value!.ImmunityLeft);
    }

    [Fact]
    public async Task A_hotkey_that_is_not_registered_has_none()
    {
        var read = await ReadAsync();
        Assert.True(read.Succeeded, read.Failure?.Message);
        Assert.Null(read.Value);
    }

    [Fact]
    public async Task What_the_chain_does_not_tell_is_left_out()
    {
        _node.Stand(Netuid, Bob, 2, Incentives(), axon: null);
        _node.RuntimeCall = null;
        foreach (
            var key in new[]
            {
                StorageKeys.Incentive(Netuid),
                StorageKeys.ImmunityPeriod(Netuid),
                StorageKeys.BlockAtRegistration(Netuid, 2),
            }
        )
        {
            _node.Storage[key] = null;
        }

        var standing = (await ReadAsync()).Value!;
        Assert.Equal((ushort)2, standing.Uid);
        Assert.Equal(
            (null, null, null, null, null, null),
            (standing.Incentive, standing.Rank, standing.RegisteredAt, standing.ImmunityPeriod, standing.ImmunityLeft, standing.Stake)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("0x01a402")]
    [InlineData("not hex")]
    public async Task A_stake_that_cant_be_read_is_left_out(string answer)
    {
        _node.Stand(Netuid, Bob, 2, Incentives(), axon: null);
        _node.RuntimeCall = answer;
        Assert.Null((await ReadAsync()).Value!.Stake);

        // Each byte of a right answer, changed or cut off, is an answer or none, and no exception.
        _node.Stand(Netuid, Bob, 2, Incentives(), axon: null);
        var whole = _node.RuntimeCall!;
        _node.RuntimeCall = whole[..^(whole.Length / 2 * 2 - 160)];
        Assert.Null((await ReadAsync()).Value!.Stake);
    }

    [Fact]
    public async Task A_uid_outside_of_the_subnet_and_a_list_of_another_length_are_not_believed()
    {
        _node.Stand(Netuid, Bob, 304, Incentives(), axon: null);
        Assert.Equal(ChainFault.Nonsense, (await ReadAsync()).Failure!.Fault);

        _node.Stand(Netuid, Bob, 2, Incentives()[1..], axon: null);
        Assert.Null((await ReadAsync()).Value!.Incentive);
    }

    [Theory]
    [InlineData(4_000_001)]
    [InlineData(ulong.MaxValue)]
    public async Task A_registration_after_the_block_is_not_believed(ulong block)
    {
        _node.Stand(Netuid, Bob, 2, Incentives(), axon: null);
        _node.Storage[StorageKeys.BlockAtRegistration(Netuid, 2)] = "0x" + Convert.ToHexStringLower(BitConverter.GetBytes(block));
        var standing = (await ReadAsync()).Value!;
        Assert.Equal((null, null), (standing.RegisteredAt, standing.ImmunityLeft));
    }

    [Fact]
    public async Task A_registration_in_the_block_itself_is_believed()
    {
        _node.Stand(Netuid, Bob, 2, Incentives(), axon: null);
        _node.Storage[StorageKeys.BlockAtRegistration(Netuid, 2)] = "0x00093d0000000000";
        var standing = (await ReadAsync()).Value!;
        Assert.Equal((4_000_000ul, 7200ul), (standing.RegisteredAt, standing.ImmunityLeft));
    }

    private static ushort[] Incentives() => [.. Enumerable.Range(0, 304).Select(uid => (ushort)uid)];

    private Task<ChainRead<NeuronStanding?>> ReadAsync()
    {
        Assert.True(ChainEndpoints.TryParse($"http://{_node.Authority}", out var endpoints, out _));
        return new ChainClient(endpoints, _http, TimeProvider.System).ReadStandingAsync(Netuid, Bob, Ct);
    }
}
