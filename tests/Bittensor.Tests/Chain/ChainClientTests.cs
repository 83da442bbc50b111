using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Bittensor.Tests.Chain;

public sealed class ChainClientTests : IAsyncDisposable
{
    private const ushort Netuid = 420;

    private static readonly PublicKey Dave = DevelopmentKey.Derive("//Dave").PublicKey;

    private readonly RecordedNode node = new();
    private readonly HttpClient http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("http")]
    [InlineData("ws")]
    public async Task The_recorded_subnet_is_read_whole(string scheme)
    {
        var read = await Client($"{scheme}://{node.Authority}").ReadSubnetAsync(Netuid, Stop);

        Assert.True(read.Succeeded, read.Failure?.Message);
        var snapshot = read.Value!;
        Assert.Equal(Netuid, snapshot.Netuid);
        Assert.Equal(4_000_000u, snapshot.Block);
        var keys = JsonDocument
            .Parse(RecordedFacts.Lines("fixtures/chain-rpc.jsonl")[3])
            .RootElement.GetProperty("response")
            .GetProperty("result")[0]
            .GetProperty("changes");
        Assert.Equal(304, snapshot.Neurons.Count);
        Assert.Equal(
            keys.EnumerateArray().Select(change => change[1].GetString()![2..]),
            snapshot.Neurons.Select(neuron => neuron.Hotkey.ToString())
        );
        Assert.Equal(new Neuron(0, RecordedNode.Alice, true), snapshot.Neurons[0]);
        Assert.False(snapshot.Neurons[1].Permit);
        Assert.Equal(
            Enumerable.Range(4, 300).Where(uid => uid % 4 == 0).Prepend(0),
            snapshot.Neurons.Where(neuron => neuron.Permit).Select(neuron => (int)neuron.Uid)
        );
    }

    [Fact]
    public async Task Hotkeys_are_asked_for_in_batches_at_one_finalised_block()
    {
        await Client().ReadSubnetAsync(Netuid, Stop);

        var queries = node
            .Requests.Where(request => (string?)request["method"] == "state_queryStorageAt")
            .Select(request => request["params"]!)
            .ToList();
        Assert.Equal([2, 128, 128, 48], queries.Select(parameters => parameters[0]!.AsArray().Count));
        Assert.Every(queries, parameters => Assert.Equal(RecordedNode.Head, (string?)parameters[1]));
        Assert.Equal(6, node.Requests.Count);
        Assert.Every(node.Requests, request => Assert.Equal("2.0", (string?)request["jsonrpc"]));
    }

    [Fact]
    public async Task A_hotkey_has_its_uid_and_its_axon_or_none()
    {
        Assert.Equal((ushort)0, (await Client().ReadUidAsync(Netuid, RecordedNode.Alice, Stop)).Value);
        Assert.Equal("203.0.113.7", (await Client().ReadAxonAsync(Netuid, RecordedNode.Alice, Stop)).Value!.Address!.ToString());

        var uid = await Client().ReadUidAsync(Netuid, Dave, Stop);
        Assert.True(uid.Succeeded);
        Assert.Null(uid.Value);
        var axon = await Client().ReadAxonAsync(Netuid, Dave, Stop);
        Assert.True(axon.Succeeded);
        Assert.Null(axon.Value);
    }

    public static TheoryData<string, ChainFault> Faults =>
        new()
        {
            { "nulls", ChainFault.Missing },
            { "zeros", ChainFault.Nonsense },
            { "short", ChainFault.Nonsense },
            { "long", ChainFault.Nonsense },
            { "few", ChainFault.Nonsense },
            { "no hex", ChainFault.Garbage },
            { "capital prefix", ChainFault.Garbage },
            { "numbers for values", ChainFault.Garbage },
            { "values left out", ChainFault.Missing },
            { "values twice", ChainFault.Garbage },
            { "other keys", ChainFault.Garbage },
            { "no changes", ChainFault.Garbage },
            { "empty", ChainFault.Garbage },
            { "other id", ChainFault.Garbage },
            { "text id", ChainFault.Garbage },
            { "error", ChainFault.Refused },
            { "neither", ChainFault.Garbage },
            { "html", ChainFault.Garbage },
            { "nothing", ChainFault.Garbage },
            { "deep", ChainFault.Garbage },
            { "no unicode", ChainFault.Garbage },
            { "endless", ChainFault.TooLong },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_node_that_lies_is_told_from_one_that_does_not(string lie, ChainFault fault)
    {
        Lie(lie);
        foreach (var scheme in new[] { "http", "ws" })
        {
            var client = Client($"{scheme}://{node.Authority}");
            Assert.Equal(fault, (await client.ReadSubnetAsync(Netuid, Stop)).Failure?.Fault);
            Assert.Equal(fault, (await client.ReadUidAsync(Netuid, RecordedNode.Alice, Stop)).Failure?.Fault);
            Assert.Equal(fault, (await client.ReadAxonAsync(Netuid, RecordedNode.Alice, Stop)).Failure?.Fault);
        }
    }

    [Fact]
    public async Task An_error_has_its_code_in_the_message_and_one_of_many_digits_has_not()
    {
        Assert.EndsWith("failed with error -32601", await MessageAsync("-32601"), StringComparison.Ordinal);
        foreach (var code in new[] { new string('9', 100_000), "1e100000", "0.5" })
        {
            Assert.EndsWith("failed with error unknown", await MessageAsync(code), StringComparison.Ordinal);
        }

        async Task<string> MessageAsync(string code)
        {
            node.Twist = (_, answer) =>
            {
                answer.Remove("result");
                answer["error"] = JsonNode.Parse($$"""{"code":{{code}}}""");
            };
            var failure = (await Client().ReadSubnetAsync(Netuid, Stop)).Failure!;
            Assert.Equal(ChainFault.Refused, failure.Fault);
            return failure.Message;
        }
    }

    [Theory]
    [InlineData("0x0")]
    [InlineData("0x")]
    [InlineData("")]
    [InlineData("4000000")]
    [InlineData("0x3d09001111111")]
    [InlineData("0x-1")]
    public async Task A_block_must_have_a_number_that_a_block_can_have(string number)
    {
        node.Twist = (method, answer) =>
        {
            if (method == "chain_getHeader")
            {
                answer["result"]!["number"] = number;
            }
        };
        Assert.Equal(ChainFault.Nonsense, (await Client().ReadSubnetAsync(Netuid, Stop)).Failure?.Fault);
        Assert.Equal(ChainFault.Nonsense, (await Client().ReadStandingAsync(Netuid, Dave, Stop)).Failure?.Fault);
    }

    [Fact]
    public async Task Values_of_another_block_are_not_taken()
    {
        node.Twist = (method, answer) =>
        {
            if (method == "state_queryStorageAt")
            {
                answer["result"]![0]!["block"] = "0x" + new string('1', 64);
            }
        };
        Assert.Equal(ChainFault.Nonsense, (await Client().ReadSubnetAsync(Netuid, Stop)).Failure?.Fault);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[7]")]
    [InlineData("[[]]")]
    [InlineData("""[{"block":"0x00"}]""")]
    [InlineData("""[{"block":"0x00","changes":{}}]""")]
    [InlineData("""[{"changes":[]}]""")]
    public async Task Values_of_another_shape_are_garbage(string result)
    {
        node.Raw = $$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""";
        await AssertGarbageAsync("the storage's values have another shape");
    }

    [Fact]
    public async Task Values_of_two_blocks_are_garbage()
    {
        node.Twist = (_, answer) => answer["result"]!.AsArray().Add(answer["result"]![0]!.DeepClone());
        await AssertGarbageAsync("the storage's values have another shape");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[key]")]
    [InlineData("""[key,"0x3001","0x3001"]""")]
    public async Task A_value_that_is_no_pair_with_its_key_is_garbage(string change)
    {
        var json = change.Replace("key", $"\"{StorageKeys.SubnetworkN(Netuid)}\"", StringComparison.Ordinal);
        node.Twist = (_, answer) => answer["result"]![0]!["changes"]![0] = JsonNode.Parse(json);
        await AssertGarbageAsync("a value was not requested or is duplicated");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("[]")]
    public async Task A_value_that_is_no_text_is_garbage(string value)
    {
        node.Twist = (_, answer) => answer["result"]![0]!["changes"]![0]![1] = JsonNode.Parse(value);
        await AssertGarbageAsync("expected a JSON string");
    }

    [Fact]
    public async Task An_answer_that_says_one_thing_twice_is_garbage()
    {
        node.Raw = """{"jsonrpc":"2.0","id":1,"id":1,"result":[]}""";
        await AssertGarbageAsync("the answer to state_queryStorageAt is not JSON");
    }

    [Fact]
    public async Task A_text_that_is_not_valid_unicode_is_named()
    {
        Lie("no unicode");
        await AssertGarbageAsync("the JSON contains a text that is not valid Unicode");
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("b1e1894769fb52d4cd64a13682228393ab6777be6f93c9cff3cabc870ac98091")]
    [InlineData("0xb1e1894769fb52d4cd64a13682228393ab6777be6f93c9cff3cabc870ac980")]
    [InlineData("0xb1e1894769fb52d4cd64a13682228393ab6777be6f93c9cff3cabc870ac9809g")]
    public async Task A_head_that_is_no_hash_is_not_passed_on(string head)
    {
        node.Twist = (method, answer) => answer["result"] = method == "chain_getFinalizedHead" ? head : answer["result"]!.DeepClone();
        Assert.Equal(ChainFault.Garbage, (await Client().ReadSubnetAsync(Netuid, Stop)).Failure?.Fault);
        Assert.Single(node.Requests);
    }

    [Theory]
    [InlineData('0', 64)]
    [InlineData('1', 62)]
    public async Task A_hotkey_that_is_zero_or_short_ends_the_read(char digit, int digits)
    {
        node.Storage[StorageKeys.Keys(Netuid, 3)] = "0x" + new string(digit, digits);
        Assert.Equal(
            new ChainFailure(ChainFault.Nonsense, $"http://{node.Authority}: the hotkey of uid 3 is short or zero"),
            (await Client().ReadSubnetAsync(Netuid, Stop)).Failure
        );
        Assert.Equal(4, node.Requests.Count);
    }

    [Fact]
    public async Task One_hotkey_at_two_places_is_nonsense()
    {
        node.Storage[StorageKeys.Keys(Netuid, 200)] = node.Storage[StorageKeys.Keys(Netuid, 3)];
        Assert.Equal(ChainFault.Nonsense, (await Client().ReadSubnetAsync(Netuid, Stop)).Failure?.Fault);
    }

    [Fact]
    public async Task Permits_for_more_than_there_are_are_nonsense()
    {
        node.Storage[StorageKeys.SubnetworkN(Netuid)] = "0x2f01";
        Assert.Equal(ChainFault.Nonsense, (await Client().ReadSubnetAsync(Netuid, Stop)).Failure?.Fault);
    }

    [Theory]
    [InlineData(304, null)]
    [InlineData(303, ChainFault.Nonsense)]
    public async Task A_subnet_may_have_as_many_neurons_as_the_limit(int limit, ChainFault? fault)
    {
        var client = Client(limits: new ChainLimits { MaxNeurons = limit });
        Assert.Equal(fault, (await client.ReadUidAsync(Netuid, RecordedNode.Alice, Stop)).Failure?.Fault);
    }

    [Fact]
    public async Task A_subnet_that_is_not_there_is_said_to_be_missing() =>
        Assert.Equal(ChainFault.Missing, (await Client().ReadSubnetAsync(1, Stop)).Failure?.Fault);

    [Fact]
    public Task Whatever_stands_in_storage_a_read_ends_with_a_list_or_a_failure() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[0, 305])
            .SampleAsync(
                async (value, which) =>
                {
                    var spoilt =
                        which < 304 ? StorageKeys.Keys(Netuid, (ushort)which)
                        : which == 304 ? StorageKeys.ValidatorPermit(Netuid)
                        : StorageKeys.SubnetworkN(Netuid);
                    node.Spoil = (key, stored) => key == spoilt ? "0x" + Convert.ToHexString(value) : stored;
                    var read = await Client().ReadSubnetAsync(Netuid, Stop);
                    return read.Succeeded ? read.Value!.Neurons.Count == 304 : read.Failure.Fault == ChainFault.Nonsense;
                },
                iter: 50,
                threads: 1
            );

    [Fact]
    public async Task The_next_endpoint_is_asked_when_one_fails()
    {
        await using var other = new RecordedNode { Raw = "<html>502</html>" };
        var read = await Client(
                $"http://{other.Authority},ws://{other.Authority},http://127.0.0.1:1,ws://127.0.0.1:1,http://{node.Authority}"
            )
            .ReadSubnetAsync(Netuid, Stop);
        Assert.True(read.Succeeded);
        Assert.Equal(2, other.Requests.Count);
    }

    [Fact]
    public async Task Each_node_is_asked_by_its_urls_in_turn_until_that_is_enough()
    {
        await using var other = new RecordedNode { Block = 7 };
        await using var silent = new RecordedNode { Raw = "<html>502</html>" };
        var client = Client(
            $"http://{silent.Authority},http://{other.Authority},ws://{silent.Authority},http://{node.Authority},ws://{other.Authority}"
        );
        Assert.Equal(3, client.Nodes);
        var reads = await client.ReadSubnetOfEachAsync(Netuid, said => said.Count == 2, Stop);
        Assert.Equal([null, 7u, 4_000_000u], reads.Select(read => read.Read.Value?.Block));
        Assert.Equal(
            [$"http://{silent.Authority}", $"http://{other.Authority}", $"http://{node.Authority}"],
            reads.Select(read => read.Node)
        );

        Assert.Equal(2, (await client.ReadSubnetOfEachAsync(Netuid, _ => true, Stop)).Count);
    }

    [Fact]
    public async Task When_all_endpoints_fail_each_is_named_without_what_may_be_a_secret()
    {
        node.Raw = "<html>502</html>";
        var read = await Client($"http://127.0.0.1:1/key1,http://user:key2@{node.Authority}/v1?key3").ReadSubnetAsync(Netuid, Stop);
        Assert.Equal(ChainFault.Garbage, read.Failure!.Fault);
        Assert.StartsWith("http://127.0.0.1:1: ", read.Failure.Message, StringComparison.Ordinal);
        Assert.Contains($"; http://{node.Authority}: ", read.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("key", read.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(301)]
    public async Task Another_status_than_200_is_no_answer(int status)
    {
        node.Statuses.Enqueue(status);
        var read = await Client().ReadSubnetAsync(Netuid, Stop);
        Assert.Equal(ChainFault.Unreachable, read.Failure?.Fault);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), read.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_too_many_is_sent_once_more_after_a_pause()
    {
        node.Statuses.Enqueue(429);
        Assert.True((await Client(limits: new ChainLimits { PauseWhenTooMany = TimeSpan.Zero }).ReadSubnetAsync(Netuid, Stop)).Succeeded);

        node.Statuses.Enqueue(429);
        node.Statuses.Enqueue(429);
        Assert.Equal(
            ChainFault.Unreachable,
            (await Client(limits: new ChainLimits { PauseWhenTooMany = TimeSpan.Zero }).ReadSubnetAsync(Netuid, Stop)).Failure?.Fault
        );
    }

    [Fact]
    public async Task A_request_too_many_is_not_sent_again_before_the_pause_ends()
    {
        var time = new PauseClock();
        node.Statuses.Enqueue(429);
        var reading = Client(time: time).ReadUidAsync(Netuid, RecordedNode.Alice, Stop);
        Assert.Same(time.Paused, await Task.WhenAny(time.Paused, reading).WaitAsync(Stop));
        time.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.Single(node.Requests);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((ushort)0, (await reading).Value);
        Assert.Equal(2, node.Requests.Count);
    }

    [Theory]
    [InlineData("http", 10, 40, "chain_getFinalizedHead was not answered in 10 s")]
    [InlineData("ws", 10, 40, "chain_getFinalizedHead was not answered in 10 s")]
    [InlineData("http", 100, 10, "the read took longer than 10 s")]
    [InlineData("ws", 100, 10, "the read took longer than 10 s")]
    public async Task A_node_that_does_not_answer_is_left_after_a_time(string scheme, int call, int endpoint, string clause)
    {
        var time = new FakeTimeProvider();
        node.MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, Stop);
        var limits = new ChainLimits { CallTimeout = TimeSpan.FromSeconds(call), EndpointTimeout = TimeSpan.FromSeconds(endpoint) };
        var reading = Client($"{scheme}://{node.Authority}", limits, time).ReadSubnetAsync(Netuid, Stop);
        await node.Came.Task.WaitAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new ChainFailure(ChainFault.TimedOut, $"{scheme}://{node.Authority}: {clause}"), (await reading).Failure);
    }

    [Fact]
    public async Task Cancelling_a_read_ends_it()
    {
        node.MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, Stop);
        using var stop = new CancellationTokenSource();
        var reading = Client().ReadSubnetAsync(Netuid, stop.Token);
        await node.Came.Task.WaitAsync(Stop);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromMinutes(3), Stop));
    }

    private ChainClient Client(string? urls = null, ChainLimits? limits = null, TimeProvider? time = null) =>
        ChainEndpoints.TryParse(urls ?? $"http://{node.Authority}", out var endpoints, out var problem)
            ? new ChainClient(endpoints, http, time ?? TimeProvider.System, limits)
            : throw new InvalidOperationException(problem);

    /// <summary>The read of a uid, which asks one question, fails with this clause.</summary>
    private async Task AssertGarbageAsync(string clause) =>
        Assert.Equal(
            new ChainFailure(ChainFault.Garbage, $"http://{node.Authority}: {clause}"),
            (await Client().ReadUidAsync(Netuid, RecordedNode.Alice, Stop)).Failure
        );

    private void Lie(string lie)
    {
        switch (lie)
        {
            case "nulls":
                node.Spoil = (_, _) => null;
                break;
            case "zeros":
                node.Spoil = (_, value) => value is null ? null : "0x" + new string('0', value.Length - 2);
                break;
            case "short":
                node.Spoil = (_, value) => value is null ? null : value[..(2 + 2 * ((value.Length - 2) / 4))];
                break;
            case "long":
                node.Spoil = (_, value) => value + "00";
                break;
            case "few":
                node.Spoil = (key, value) =>
                    key == StorageKeys.SubnetworkN(Netuid) ? "0x0000"
                    : key == StorageKeys.ValidatorPermit(Netuid) ? "0x00"
                    : value;
                break;
            case "no hex":
                node.Spoil = (_, _) => "0xzz";
                break;
            case "capital prefix":
                node.Spoil = (_, value) => value?.Replace("0x", "0X", StringComparison.Ordinal);
                break;
            case "numbers for values":
                Changes(changes => changes[0]![1] = 7);
                break;
            case "values left out":
                Changes(changes => changes.RemoveAt(0));
                break;
            case "values twice":
                Changes(changes => changes.Add(changes[0]!.DeepClone()));
                break;
            case "other keys":
                Changes(changes => changes[0]![0] = StorageKeys.SubnetworkN(1));
                break;
            case "no changes":
                node.Twist = (method, answer) => _ = method == "state_queryStorageAt" && answer["result"]![0]!.AsObject().Remove("changes");
                break;
            case "empty":
                node.Twist = (_, answer) => answer["result"] = null;
                break;
            case "other id":
                node.Twist = (_, answer) => answer["id"] = 99;
                break;
            case "text id":
                node.Twist = (_, answer) => answer["id"] = answer["id"]!.ToString();
                break;
            case "error":
                node.Twist = (_, answer) =>
                {
                    answer.Remove("result");
                    answer["error"] = new JsonObject { ["code"] = -32601, ["message"] = "no such method" };
                };
                break;
            case "neither":
                node.Twist = (_, answer) => answer.Remove("result");
                break;
            case "html":
                node.Raw = "<html>502</html>";
                break;
            case "nothing":
                node.Raw = " ";
                break;
            case "deep":
                node.Raw = new string('[', 10_000);
                break;
            case "no unicode":
                // Each read asks with ids of its own, from 1 up; a head is the first thing asked for, and values are texts in a list.
                node.Raw = """{"jsonrpc":"2.0","id":1,"result":[{"block":"\ud800","changes":[["\ud800","\ud800"]]}]}""";
                break;
            case "endless":
                node.Raw = new string(' ', new ChainLimits().MaxResponseBytes + 1);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(lie), lie, null);
        }

        void Changes(Action<JsonArray> change) =>
            node.Twist = (method, answer) =>
            {
                if (method == "state_queryStorageAt")
                {
                    change(answer["result"]![0]!["changes"]!.AsArray());
                }
            };
    }

    /// <summary>A stopped clock that tells when the pause before another attempt has begun.</summary>
    private sealed class PauseClock : FakeTimeProvider
    {
        private readonly TaskCompletionSource paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Paused => paused.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == TimeSpan.FromSeconds(1.5))
            {
                paused.TrySetResult();
            }

            return timer;
        }
    }
}
