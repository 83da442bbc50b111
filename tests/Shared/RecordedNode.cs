using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Testing;

/// <summary>
/// A node on a local port that answers by HTTP and by websocket, from the recorded storage of subnet 420 or from a subnet that a test makes
/// up, and lies as a test tells it to.
/// </summary>
public sealed class RecordedNode : IAsyncDisposable
{
    public const string Head = "0xb1e1894769fb52d4cd64a13682228393ab6777be6f93c9cff3cabc870ac98091";

    public static readonly PublicKey Alice = Ss58Address.Parse("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").PublicKey;

    private readonly StandInServer server;

    /// <param name="subnet">What it knows; null for the recording.</param>
    public RecordedNode(SubnetSnapshot? subnet = null)
    {
        if (subnet is null)
        {
            Play();
        }
        else
        {
            Serve(subnet);
        }

        server = new(context => context.WebSockets.IsWebSocketRequest ? AnswerWebSocketAsync(context) : AnswerPostAsync(context));
    }

    /// <summary>Host and port.</summary>
    public string Authority => $"127.0.0.1:{server.Port}";

    /// <summary>The finalised block's number.</summary>
    public uint Block { get; set; } = 4_000_000;

    public Dictionary<string, string?> Storage { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The requests that came, as JSON.</summary>
    public List<JsonNode> Requests { get; } = [];

    /// <summary>What a runtime call answers; null for an error.</summary>
    public string? RuntimeCall { get; set; }

    /// <summary>The HTTP statuses of the next answers; 200 once they are used up.</summary>
    public Queue<int> Statuses { get; } = [];

    /// <summary>Changes a stored value before it is told.</summary>
    public Func<string, string?, string?> Spoil { get; set; } = (_, value) => value;

    /// <summary>Changes an answer, made of JSON, before it is sent.</summary>
    public Action<string, JsonObject> Twist { get; set; } = (_, _) => { };

    /// <summary>Takes the place of every answer.</summary>
    public string? Raw { get; set; }

    /// <summary>Set when a request came; the answer waits for <see cref="MayAnswer"/>.</summary>
    public TaskCompletionSource Came { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task MayAnswer { get; set; } = Task.CompletedTask;

    /// <summary>From now on it knows this subnet and nothing else.</summary>
    public void Serve(SubnetSnapshot subnet)
    {
        var (netuid, neurons) = (subnet.Netuid, subnet.Neurons);
        Storage.Clear();
        Storage[StorageKeys.SubnetworkN(netuid)] = Hex([(byte)neurons.Count, (byte)(neurons.Count >> 8)]);
        Storage[StorageKeys.ValidatorPermit(netuid)] = Hex([
            .. Scale.EncodeCompact((uint)neurons.Count),
            .. neurons.Select(neuron => neuron.Permit ? (byte)1 : (byte)0),
        ]);
        foreach (var neuron in neurons)
        {
            Storage[StorageKeys.Keys(netuid, neuron.Uid)] = "0x" + neuron.Hotkey;
        }

        Block = subnet.Block;
    }

    /// <summary>From now on it also knows how a hotkey of the subnet stands, and where its axon is.</summary>
    /// <param name="netuid">The subnet.</param>
    /// <param name="hotkey">The hotkey.</param>
    /// <param name="uid">Its uid.</param>
    /// <param name="incentives">Of every uid.</param>
    /// <param name="axon">Where the chain sends validators; null for nowhere.</param>
    public void Stand(ushort netuid, PublicKey hotkey, ushort uid, ushort[] incentives, IPEndPoint? axon)
    {
        Storage[StorageKeys.Uids(netuid, hotkey)] = Hex(BitConverter.GetBytes(uid));
        Storage[StorageKeys.Incentive(netuid)] = Hex([
            .. Scale.EncodeCompact((uint)incentives.Length),
            .. incentives.SelectMany(BitConverter.GetBytes),
        ]);
        Storage[StorageKeys.ImmunityPeriod(netuid)] = Hex(BitConverter.GetBytes((ushort)7200));
        Storage[StorageKeys.BlockAtRegistration(netuid, uid)] = Hex(BitConverter.GetBytes(Block - 5000UL));
        Storage[StorageKeys.Axons(netuid, hotkey)] = axon is null
            ? null
            : Hex([
                .. BitConverter.GetBytes((ulong)Block),
                .. BitConverter.GetBytes(10_003_000),
                .. axon.Address.GetAddressBytes().Reverse(),
                .. new byte[12],
                .. BitConverter.GetBytes((ushort)axon.Port),
                4,
                4,
                0,
                0,
            ]);

        // Some(record): the netuid, 68 fields that were not selected, and a stake of 12.5 tokens of every uid.
        RuntimeCall = Hex([
            1,
            .. Scale.EncodeCompact(netuid),
            .. new byte[68],
            1,
            .. Scale.EncodeCompact((uint)incentives.Length),
            .. incentives.SelectMany(_ => (byte[])[7, 0x00, 0xdd, 0x0e, 0xe9, 0x02]),
        ]);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private void Play()
    {
        foreach (var line in RecordedFacts.Lines("fixtures/chain-rpc.jsonl"))
        {
            var fact = JsonNode.Parse(line)!;
            if ((string?)fact["request"]!["method"] == "state_queryStorageAt")
            {
                foreach (var change in fact["response"]!["result"]![0]!["changes"]!.AsArray())
                {
                    Storage[(string)change![0]!] = (string?)change[1];
                }
            }
        }

        Storage[StorageKeys.Uids(420, Alice)] = "0x0000";

        // Block 4,000,000, version 10003000, 203.0.113.7, port 8091, IPv4, protocol 4.
        Storage[StorageKeys.Axons(420, Alice)] =
            "0x00093d0000000000" + "38a29800" + "077100cb000000000000000000000000" + "9b1f" + "04" + "04" + "0000";
    }

    private static string Hex(byte[] bytes) => "0x" + Convert.ToHexStringLower(bytes);

    private async Task AnswerPostAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var answer = await AnswerAsync(await reader.ReadToEndAsync(context.RequestAborted), context.RequestAborted);
        context.Response.StatusCode = Statuses.TryDequeue(out var status) ? status : 200;
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }

    private async Task AnswerWebSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var ended = context.RequestAborted;
        var buffer = new byte[256 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), ended);
                length += part.Count;
            } while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            var answer = Encoding.UTF8.GetBytes(await AnswerAsync(Encoding.UTF8.GetString(buffer, 0, length), ended));
            var half = answer.Length / 2;
            await socket.SendAsync(answer.AsMemory(0, half), WebSocketMessageType.Text, false, ended);
            await socket.SendAsync(answer.AsMemory(half), WebSocketMessageType.Text, true, ended);
        }
    }

    private async Task<string> AnswerAsync(string text, CancellationToken cancellationToken)
    {
        var request = JsonNode.Parse(text)!;
        lock (Requests)
        {
            Requests.Add(request);
        }

        Came.TrySetResult();
        await MayAnswer.WaitAsync(cancellationToken);
        if (Raw is not null)
        {
            return Raw;
        }

        var method = (string)request["method"]!;
        var parameters = request["params"]!.AsArray();
        var answer = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = request["id"]!.DeepClone(),
            ["result"] = method switch
            {
                "chain_getFinalizedHead" => Head,
                "state_call" => RuntimeCall,
                "chain_getHeader" => new JsonObject { ["number"] = string.Create(CultureInfo.InvariantCulture, $"0x{Block:x}") },
                _ => new JsonArray(
                    new JsonObject
                    {
                        ["block"] = parameters.Count > 1 ? (string)parameters[1]! : Head,
                        ["changes"] = new JsonArray([
                            .. parameters[0]!
                                .AsArray()
                                .Select(key => new JsonArray((string)key!, Spoil((string)key!, Storage.GetValueOrDefault((string)key!)))),
                        ]),
                    }
                ),
            },
        };
        Twist(method, answer);
        return answer.ToJsonString(JsonSerializerOptions.Web);
    }
}
