using System.Text;
using Bittbridge.Cli.Reporting;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Reporting;

/// <summary>What answers at the address may be another program, or a miner of another version.</summary>
public sealed class RunningMinerRecordTests
{
    private const string Answer =
        """{"series":"tether-cny","from":"2026-11-20","to":"2026-11-26","fallbackShare":0.25,"totals":[{"model":"m@1","role":"Active","days":1,"answered":3,"scored":3,"meanAbsoluteError":0.001,"coverage":0.9}],"days":[{"day":"2026-11-26","model":"m@1","role":"Active","answered":3,"scored":3,"latencyP50Ms":2.5,"callers":{"5F":3},"otherAnswers":0}],"slots":null}""";

    [Fact]
    public void An_answer_is_read_with_its_totals_and_days()
    {
        var answer = RunningMinerRecord.Read(Answer)!;

        Assert.Equal(("tether-cny", new DateOnly(2026, 11, 20), 0.25), (answer.Series, answer.From, answer.FallbackShare));
        var total = Assert.Single(answer.Totals);
        Assert.Equal(("m@1", ForecastRole.Active, 3, 0.9), (total.Model, total.Role, total.Scored, total.Coverage));
        var day = Assert.Single(answer.Days);
        Assert.Equal((new DateOnly(2026, 11, 26), 3, 2.5), (day.Day, day.Callers["5F"], day.LatencyP50Ms));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"totals":[]}""")]
    [InlineData("""{"totals":null,"days":[]}""")]
    [InlineData("""{"totals":[null],"days":[]}""")]
    [InlineData("""{"totals":[{"role":"Active"}],"days":[]}""")]
    [InlineData("""{"totals":[],"days":[null]}""")]
    [InlineData("""{"totals":[],"days":[{"model":"m@1","callers":null}]}""")]
    [InlineData("""{"totals":[],"days":[],"slots":[null]}""")]
    [InlineData("""{"totals":[],"days":[{"role":"Boss"}]}""")]
    public void Another_answer_is_no_track_record(string body) => Assert.Null(RunningMinerRecord.Read(body));

    [Fact]
    public async Task An_answer_in_a_character_set_that_does_not_exist_is_refused()
    {
        await using var other = new StandInServer(200, Answer, "application/json; charset=none-such");
        using var record = new RunningMinerRecord(new(other.Url), operatorToken: null);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            record.ReadAsync(new(new(2026, 11, 20), new(2026, 11, 26)), TestContext.Current.CancellationToken)
        );

        Assert.Contains("with 200, which is not an answer of this version", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_answers_there_is_a_track_record_with_totals_and_days_or_none() =>
        ParserFuzzing.Run(
            [
                .. new[]
                {
                    Answer,
                    """{"totals":[],"days":[],"\ud800\ud800":1}""",
                    """{"series":"\ud800","totals":[{"model":"\udfff"}],"days":[{"callers":{"\ud800":1}}]}""",
                    """{"from":"9999-99-99","totals":[],"days":[]}""",
                    "<html>Bad Gateway</html>",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            bytes => Assert.True(RunningMinerRecord.Read(Encoding.UTF8.GetString(bytes)) is null or { Totals: not null, Days: not null })
        );
}
