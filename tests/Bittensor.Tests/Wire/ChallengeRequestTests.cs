using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Wire;

public sealed class ChallengeRequestTests
{
    [Fact]
    public void A_timestamp_is_all_that_is_needed_and_is_kept_as_sent()
    {
        Assert.True(Parse("""{"timestamp":"2026-11-22T14:40:19.178562+00:00"}""", out var request, out _));
        Assert.Equal("2026-11-22T14:40:19.178562+00:00", request!.TimestampText);
    }

    [Fact]
    public void Outputs_and_unknown_fields_are_ignored() =>
        Assert.True(
            Parse(
                """{"timestamp":"2026-11-22T14:40:19Z","prediction":9.9,"interval":[1,2],"assets":["btc"],"deep":{"a":[1,{"b":2}]}}""",
                out _,
                out _
            )
        );

    [Theory]
    [InlineData("", "empty")]
    [InlineData("hello", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("null", "object")]
    [InlineData("""{"timestamp":"2026-11-22T14:40""", "JSON")]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z"} {}""", "JSON")]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z",}""", "JSON")]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z","timestamp":"2026-11-22T14:40:19Z"}""", "twice")]
    [InlineData("{}", "missing")]
    [InlineData("""{"Timestamp":"2026-11-22T14:40:19Z"}""", "missing")]
    [InlineData("""{"timestamp":null}""", "missing")]
    [InlineData("""{"timestamp":1795358419}""", "missing")]
    [InlineData("""{"timestamp":"yesterday"}""", "ISO 8601")]
    [InlineData("""{"timestamp":"\ud800"}""", "missing")]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z","\ud800":1}""", "JSON")]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z","deep":[{"\udc00":1}]}""", "JSON")]
    public void A_broken_body_is_refused_in_words(string body, string word)
    {
        Assert.False(Parse(body, out var request, out var problem));
        Assert.Null(request);
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_rejected()
    {
        Assert.False(ChallengeRequest.TryParse(new byte[] { (byte)'{', 0xff, 0xfe, (byte)'}' }, out _, out var problem));
        Assert.Contains("UTF-8", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_of_ten_thousand_levels_is_refused() =>
        Assert.False(Parse(new string('[', 10_000) + new string(']', 10_000), out _, out _));

    [Fact]
    public void Every_body_that_the_real_sdks_sent_is_read()
    {
        var read = 0;
        foreach (var line in RecordedFacts.Lines("fixtures/dendrite-recordings.jsonl"))
        {
            using var recording = JsonDocument.Parse(line);
            var body = recording.RootElement.GetProperty("request").GetProperty("body").GetString()!;
            using var sent = JsonDocument.Parse(body);
            if (
                sent.RootElement.TryGetProperty("timestamp", out var timestamp)
                && ChallengeTimestamp.TryParse(timestamp.GetString()!, out _)
            )
            {
                Assert.True(Parse(body, out var request, out var problem), problem);
                Assert.Equal(timestamp.GetString(), request!.TimestampText);
                read++;
            }
        }

        Assert.InRange(read, 10, 16);
    }

    private static bool Parse(string body, out ChallengeRequest? request, out string problem) =>
        ChallengeRequest.TryParse(Encoding.UTF8.GetBytes(body), out request, out problem);
}
