using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Wire;

public sealed class ChallengeRequestTests
{
    private const string NotJson = "The body is not valid JSON, names a field twice or by no text, or is nested too deeply.";
    private const string NotObject = "The body is not a JSON object.";
    private const string NoTimestamp = "The field 'timestamp' is missing or is not a text.";

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
    [InlineData("", "The body is empty: send the Challenge synapse as JSON.")]
    [InlineData("hello", NotJson)]
    [InlineData("[]", NotObject)]
    [InlineData("null", NotObject)]
    [InlineData("""{"timestamp":"2026-11-22T14:40""", NotJson)]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z"} {}""", NotJson)]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z",}""", NotJson)]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z","timestamp":"2026-11-22T14:40:19Z"}""", NotJson)]
    [InlineData("{}", NoTimestamp)]
    [InlineData("""{"Timestamp":"2026-11-22T14:40:19Z"}""", NoTimestamp)]
    [InlineData("""{"timestamp":null}""", NoTimestamp)]
    [InlineData("""{"timestamp":1795358419}""", NoTimestamp)]
    [InlineData(
        """{"timestamp":"yesterday"}""",
        "The field 'timestamp' is not an ISO 8601 date and time, such as 2026-11-23T10:05:00.000000+00:00."
    )]
    [InlineData("""{"timestamp":"\ud800"}""", NoTimestamp)]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z","\ud800":1}""", NotJson)]
    [InlineData("""{"timestamp":"2026-11-22T14:40:19Z","deep":[{"\udc00":1}]}""", NotJson)]
    public void A_broken_body_is_refused_in_words(string body, string sentence)
    {
        Assert.False(Parse(body, out var request, out var problem));
        Assert.Null(request);
        Assert.Equal(sentence, problem);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_rejected()
    {
        Assert.False(ChallengeRequest.TryParse(new byte[] { (byte)'{', 0xff, 0xfe, (byte)'}' }, out _, out var problem));
        Assert.Equal("The body is not valid UTF-8.", problem);
    }

    [Theory]
    [InlineData(31, "")]
    [InlineData(32, NotJson)]
    public void The_object_and_what_it_holds_may_be_32_levels_deep(int arrays, string sentence)
    {
        var deep = new string('[', arrays) + new string(']', arrays);
        var isRead = Parse($$"""{"timestamp":"2026-11-22T14:40:19Z","deep":{{deep}} }""", out var request, out var problem);
        Assert.Equal((sentence, sentence.Length == 0, isRead), (problem, isRead, request is not null));
    }

    [Fact]
    public void A_body_of_ten_thousand_levels_is_refused() =>
        Assert.False(Parse(new string('[', 10_000) + new string(']', 10_000), out _, out _));

    [Fact]
    public void Every_body_that_the_real_sdks_sent_is_read()
    {
        foreach (var line in RecordedFacts.Lines("fixtures/dendrite-recordings.jsonl"))
        {
            using var recording = JsonDocument.Parse(line);
            var body = recording.RootElement.GetProperty("request").GetProperty("body").GetString()!;
            using var sent = JsonDocument.Parse(body);

            Assert.True(Parse(body, out var request, out var problem), problem);
            Assert.Equal(sent.RootElement.GetProperty("timestamp").GetString(), request!.TimestampText);
        }
    }

    private static bool Parse(string body, out ChallengeRequest? request, out string problem) =>
        ChallengeRequest.TryParse(Encoding.UTF8.GetBytes(body), out request, out problem);
}
