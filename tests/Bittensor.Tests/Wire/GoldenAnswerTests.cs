using System.Buffers;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Bittensor.Tests.Wire;

/// <summary>Whole answers, byte for byte: every header by its exact name, and the JSON body.</summary>
public sealed class GoldenAnswerTests
{
    private const string Bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    private const string Uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private static readonly Dictionary<string, string> Received = new(StringComparer.Ordinal)
    {
        ["bt_header_dendrite_ip"] = "203.0.113.9",
        ["bt_header_dendrite_version"] = "10003000",
        ["bt_header_dendrite_nonce"] = "1795358419179093758",
        ["bt_header_dendrite_uuid"] = "2f7dd3a2-c7f5-11f0-8b51-0242ac110002",
        ["bt_header_dendrite_hotkey"] = Alice,
        ["bt_header_dendrite_signature"] = "0xabcdef",
        ["bt_header_axon_ip"] = "198.51.100.7",
        ["bt_header_axon_port"] = "8091",
        ["bt_header_axon_hotkey"] = "5EchoedHotkeyOfTheMiner",
        ["timeout"] = "12.0",
    };

    private static readonly DendriteEcho Echo = DendriteEcho.From(new(name => Received.TryGetValue(name, out var value) ? [value] : []));

    private static readonly AxonStatus Success = new(200, "Success", TimeSpan.FromMilliseconds(3.5), 1_795_358_419_179_000_001);

    [Fact]
    public void An_answer_with_the_miner_s_own_hotkey() =>
        AssertAnswer(
            new("Challenge", Success, new(Bob, Uuid), Echo),
            $"""
            bt_header_axon_hotkey: {Bob}
            bt_header_axon_ip: 198.51.100.7
            bt_header_axon_nonce: 1795358419179000001
            bt_header_axon_port: 8091
            bt_header_axon_process_time: 0.0035
            bt_header_axon_status_code: 200
            bt_header_axon_status_message: Success
            bt_header_axon_uuid: {Uuid}
            bt_header_axon_version: 10003000
            bt_header_dendrite_hotkey: {Alice}
            bt_header_dendrite_ip: 203.0.113.9
            bt_header_dendrite_nonce: 1795358419179093758
            bt_header_dendrite_signature: 0xabcdef
            bt_header_dendrite_uuid: 2f7dd3a2-c7f5-11f0-8b51-0242ac110002
            bt_header_dendrite_version: 10003000
            computed_body_hash: a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a
            name: Challenge
            timeout: 12.0
            """,
            $$"""
            {"name":"Challenge","timeout":12,"total_size":0,"header_size":0,"dendrite":{"ip":"203.0.113.9","version":10003000,"nonce":
            1795358419179093758,"uuid":"2f7dd3a2-c7f5-11f0-8b51-0242ac110002","hotkey":"{{Alice}}","signature":"0xabcdef"},"axon":{
            "status_code":200,"status_message":"Success","process_time":0.0035,"ip":"198.51.100.7","port":8091,"version":10003000,"nonce":
            1795358419179000001,"uuid":"{{Uuid}}","hotkey":"{{Bob}}","signature":null},"computed_body_hash":"","timestamp":
            "2026-11-22T14:40:19Z","prediction":7.1,"interval":[7.05,7.15]}
            """,
            (json, response) => response.WriteChallenge(json, "2026-11-22T14:40:19Z", 7.1, (7.05, 7.15))
        );

    [Fact]
    public void An_answer_without_a_hotkey_of_its_own_repeats_the_one_that_the_caller_named()
    {
        var response = new SynapseResponse("Challenge", Success, new(null, Uuid), Echo);

        Assert.Equal("5EchoedHotkeyOfTheMiner", response.Headers().ToDictionary()["bt_header_axon_hotkey"]);
        Assert.Contains(
            "\"hotkey\":\"5EchoedHotkeyOfTheMiner\"",
            Body(response, (json, one) => one.WriteBody(json)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_echo_of_a_synapse_has_no_outputs() =>
        AssertAnswer(
            new("Synapse", Success, new(Bob, Uuid), DendriteEcho.None),
            $"""
            bt_header_axon_hotkey: {Bob}
            bt_header_axon_nonce: 1795358419179000001
            bt_header_axon_process_time: 0.0035
            bt_header_axon_status_code: 200
            bt_header_axon_status_message: Success
            bt_header_axon_uuid: {Uuid}
            bt_header_axon_version: 10003000
            computed_body_hash: a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a
            name: Synapse
            """,
            $$"""
            {"name":"Synapse","timeout":12,"total_size":0,"header_size":0,"dendrite":{"ip":null,"version":null,"nonce":null,"uuid":null,
            "hotkey":null,"signature":null},"axon":{"status_code":200,"status_message":"Success","process_time":0.0035,"ip":null,"port":
            null,"version":10003000,"nonce":1795358419179000001,"uuid":"{{Uuid}}","hotkey":"{{Bob}}","signature":null},
            "computed_body_hash":""}
            """,
            (json, response) => response.WriteBody(json)
        );

    [Fact]
    public void An_answer_without_a_forecast_and_without_a_hotkey_holds_nulls() =>
        AssertAnswer(
            new("Challenge", new(200, "Success", TimeSpan.Zero, 7), new(null, Uuid), DendriteEcho.None with { Timeout = "2.5" }),
            $"""
            bt_header_axon_nonce: 7
            bt_header_axon_process_time: 0
            bt_header_axon_status_code: 200
            bt_header_axon_status_message: Success
            bt_header_axon_uuid: {Uuid}
            bt_header_axon_version: 10003000
            computed_body_hash: a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a
            name: Challenge
            timeout: 2.5
            """,
            $$"""
            {"name":"Challenge","timeout":2.5,"total_size":0,"header_size":0,"dendrite":{"ip":null,"version":null,"nonce":null,"uuid":null,
            "hotkey":null,"signature":null},"axon":{"status_code":200,"status_message":"Success","process_time":0,"ip":null,"port":null,
            "version":10003000,"nonce":7,"uuid":"{{Uuid}}","hotkey":null,"signature":null},"computed_body_hash":"","timestamp":
            null,"prediction":null,"interval":null}
            """,
            (json, response) => response.WriteChallenge(json, null, null, null)
        );

    private static void AssertAnswer(SynapseResponse response, string headers, string body, Action<Utf8JsonWriter, SynapseResponse> write)
    {
        Assert.Equal(
            headers.ReplaceLineEndings("\n"),
            string.Join('\n', response.Headers().Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal))
        );
        Assert.Equal(body.ReplaceLineEndings(""), Body(response, write));
    }

    private static string Body(SynapseResponse response, Action<Utf8JsonWriter, SynapseResponse> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json, response);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
