using System.Text;
using Azure.Data.Tables;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Challenges;

/// <summary>Another instance, or an edit by hand, may have stored anything.</summary>
public sealed class InstanceCountsRowTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 23, 58, 30, TimeSpan.Zero);

    private static readonly TableEntity Row = new(InstanceCounts.Partition, "2026-11-26 abc")
    {
        ["Format"] = 1,
        ["Answered"] = 3L,
        ["Refused"] = """{"bad_signature":1,"replayed":2}""",
        ["Callers"] =
            """[{"Caller":"5F","Last":"2026-11-26T23:58:00+00:00","Answered":1,"LastAnswer":"2026-11-26T23:58:00+00:00","LatencyMs":3.5,"OtherTasks":2,"Offset":"06:00:00","LackedPermit":1},{"Caller":"5F","Last":"2026-11-26T23:57:00+00:00"}]""",
    };

    [Fact]
    public void A_row_is_read_with_all_its_counts()
    {
        var read = InstanceCounts.Row.From(Row)!;

        Assert.Equal((new DateOnly(2026, 11, 26), 3L), (read.Counts.Day, read.Counts.Answered));
        Assert.Equal([new("bad_signature", 1), new("replayed", 2)], read.Counts.Refused);
        var caller = Assert.Single(CallerActivity.Merge(read.Callers, Now));
        Assert.Equal(("5F", 4, TimeSpan.FromHours(6), 3.5), (caller.Caller, caller.Requests, caller.Offset, caller.LatencyMs));
    }

    [Fact]
    public void Whatever_a_row_holds_its_counts_can_be_added_and_its_callers_merged() =>
        ParserFuzzing.Run(
            [
                .. DamagedRow.Corpus(Row),
                .. new[]
                {
                    """{"\ud800\ud800":1}""",
                    """[{"Caller":"\ud800","Last":"2026-11-26T23:58:00+00:00"}]""",
                    """[{"Caller":null},null]""",
                    """[{"Caller":"5F","Last":"9999-12-31T23:59:59Z","Offset":"-10675199.02:48:05.4775808","LatencyMs":1e999}]""",
                    """[{"Caller":"5F","Last":"2026-11-26T23:58:00+00:00","Answered":2147483647,"OtherTasks":2147483647}]""",
                    "2026-11-26",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            bytes =>
            {
                var other = new TableEntity(Row) { RowKey = Encoding.UTF8.GetString(bytes) };
                foreach (var read in DamagedRow.Of(Row, bytes).Append(other).Select(InstanceCounts.Row.From).OfType<InstanceCounts.Row>())
                {
                    _ = RequestCounts.Sum(read.Counts.Day, [read.Counts, read.Counts]);
                    var callers = CallerActivity.Merge([.. read.Callers, .. read.Callers], Now);
                    Assert.Equal(callers.Select(caller => caller.Caller).Distinct(), callers.Select(caller => caller.Caller));
                    Assert.All(callers, caller => Assert.True((Now - caller.Last).Duration() <= CallerActivity.Window));
                    Assert.All(callers, caller => Assert.NotEmpty(CallerActivity.InWords(caller.Offset)));
                }
            }
        );
}
