using System.Buffers;
using System.Text.Json;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Bittensor.Tests.Wire;

public sealed class SynapseResponseTests
{
    private static readonly AxonIdentity Axon = new(
        "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
        "0f8fad5b-d9cb-469f-a165-70867728950e"
    );

    [Fact]
    public void The_timestamp_comes_back_and_axon_and_dendrite_are_objects()
    {
        var body = Body(Response(DendriteEcho.None), 7.1, (7.0, 7.2));
        Assert.Equal("2026-11-22T14:40:19Z", body.GetProperty("timestamp").GetString());
        Assert.Equal(7.1, body.GetProperty("prediction").GetDouble());
        Assert.Equal([7.0, 7.2], body.GetProperty("interval").EnumerateArray().Select(bound => bound.GetDouble()));
        Assert.Equal(JsonValueKind.Object, body.GetProperty("dendrite").ValueKind);
        Assert.Equal(200, body.GetProperty("axon").GetProperty("status_code").GetInt32());
        Assert.Equal("Success", body.GetProperty("axon").GetProperty("status_message").GetString());
    }

    [Fact]
    public void No_forecast_is_null_in_both_fields()
    {
        var body = Body(Response(DendriteEcho.None), null, null);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("prediction").ValueKind);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("interval").ValueKind);
    }

    [Fact]
    public void What_the_dendrite_said_of_itself_comes_back_in_headers_and_body()
    {
        var request = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bt_header_dendrite_nonce"] = "1795358419179093758",
            ["bt_header_dendrite_hotkey"] = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
            ["timeout"] = "12.0",
        };
        var response = Response(DendriteEcho.From(new(name => request.TryGetValue(name, out var value) ? [value] : [])));
        var headers = response.Headers().ToDictionary();
        Assert.Equal("1795358419179093758", headers["bt_header_dendrite_nonce"]);
        Assert.Equal("12.0", headers["timeout"]);
        Assert.Equal("200", headers["bt_header_axon_status_code"]);
        Assert.Equal(1795358419179093758, Body(response, 7.1, null).GetProperty("dendrite").GetProperty("nonce").GetInt64());
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("\u00e9")]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("")]
    public void A_value_that_could_not_stand_in_a_header_is_not_echoed(string value) =>
        Assert.Null(DendriteEcho.From(new(_ => [value])).Uuid);

    [Fact]
    public void A_very_long_value_is_not_echoed() => Assert.Null(DendriteEcho.From(new(_ => [new string('a', 5000)])).Uuid);

    [Fact]
    public void A_message_beyond_ascii_stays_whole_in_the_body_and_printable_in_the_header()
    {
        var response = new SynapseResponse("Challenge", new(400, "Größe\n", TimeSpan.Zero, 1), Axon, DendriteEcho.None);
        Assert.Equal("Gr??e?", response.Headers().ToDictionary()["bt_header_axon_status_message"]);
        Assert.Equal("Größe\n", Body(response, null, null).GetProperty("axon").GetProperty("status_message").GetString());
    }

    [Fact]
    public void A_missing_writer_is_refused() =>
        Assert.Throws<ArgumentNullException>("json", () => Response(DendriteEcho.None).WriteBody(null!));

    private static SynapseResponse Response(DendriteEcho echo) =>
        new("Challenge", new(200, "Success", TimeSpan.FromMilliseconds(3), 1_795_358_419_179_000_000), Axon, echo);

    private static JsonElement Body(SynapseResponse response, double? prediction, (double, double)? interval)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            response.WriteChallenge(json, "2026-11-22T14:40:19Z", prediction, interval);
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }
}
