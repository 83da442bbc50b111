using System.Net;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Bittensor.Tests.Wire;

public sealed class ChallengeReplyTests
{
    [Fact]
    public void An_answer_is_read_with_what_its_headers_say_of_the_miner()
    {
        var reply = Read(
            """{"prediction":7.1,"interval":[7.0,7.2],"message":"ok"}""",
            HttpStatusCode.OK,
            ("bt_header_axon_hotkey", "5F"),
            ("x-other", "1")
        );

        Assert.Equal(
            (true, true, true, 7.1, (7.0, 7.2), "ok", "5F"),
            (
                reply.IsJson,
                reply.HasAxonHeaders,
                reply.NamesPrediction,
                reply.Prediction,
                reply.Interval!.Value,
                reply.Message,
                reply.MinerHotkey
            )
        );
    }

    [Fact]
    public void Another_servers_headers_are_no_miners()
    {
        var reply = Read("{}", HttpStatusCode.OK, ("x-other", "1"));

        Assert.False(reply.HasAxonHeaders);
        Assert.Null(reply.MinerHotkey);
    }

    [Fact]
    public void Of_a_header_that_came_twice_the_first_value_counts()
    {
        var reply = Read(
            "{}",
            HttpStatusCode.OK,
            ("bt_header_axon_hotkey", "5F"),
            ("bt_header_axon_hotkey", "5G"),
            ("x-bittbridge-model", "mean 1.0.0"),
            ("x-bittbridge-model", "mean 2.0.0"),
            ("x-bittbridge-price-source", "coingecko"),
            ("x-bittbridge-price-source", "simulated")
        );

        Assert.Equal(("5F", "mean 1.0.0", "coingecko"), (reply.MinerHotkey, reply.Model, reply.PriceSource));
    }

    [Theory]
    [InlineData("[7.1]")]
    [InlineData("7.1")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("Bad Gateway")]
    [InlineData("")]
    public void What_is_no_JSON_object_is_kept_as_text(string body)
    {
        var reply = Read(body, HttpStatusCode.OK);

        Assert.Equal((false, false, null, null), (reply.IsJson, reply.NamesPrediction, reply.Prediction, reply.Message));
        Assert.Equal(body, reply.Body);
    }

    [Fact]
    public void An_object_with_half_of_a_surrogate_pair_is_kept_as_text()
    {
        var reply = Read("""{"prediction":7.1,"message":"\ud800"}""", HttpStatusCode.OK, ("bt_header_axon_hotkey", "5F"));

        Assert.Equal((false, null, null, "5F"), (reply.IsJson, reply.Prediction, reply.Message, reply.MinerHotkey));
    }

    [Theory]
    [InlineData("""{"message":7}""")]
    [InlineData("""{"message":null}""")]
    [InlineData("""{"message":{"a":"b"}}""")]
    [InlineData("{}")]
    public void A_message_is_a_text_or_none(string body)
    {
        var reply = Read(body, HttpStatusCode.Forbidden);

        Assert.True(reply.IsJson);
        Assert.Null(reply.Message);
    }

    [Fact]
    public void Of_a_refusal_no_prediction_is_read() => Assert.Null(Read("""{"prediction":7.1}""", HttpStatusCode.Unauthorized).Prediction);

    private static ChallengeReply Read(string body, HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage(status);
        foreach (var (name, value) in headers)
        {
            response.Headers.Add(name, value);
        }

        return ChallengeReply.Read(DateTimeOffset.UnixEpoch, response, body, TimeSpan.Zero);
    }
}
