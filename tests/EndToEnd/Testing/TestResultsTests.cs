using Bittbridge.Tools.Testing;

namespace Bittbridge.EndToEnd.Tests;

public sealed class TestResultsTests
{
    private const string OnePassed = """<test name="A" result="Pass" />""";

    [Fact]
    public void Passed_failed_and_skipped_tests_are_told_apart()
    {
        var results = Read(OnePassed + """<test name="B" result="Fail"><failure><message>not so</message></failure></test><test name="C" result="Skip"><reason>no data</reason></test>""", exitCode: 1);

        Assert.Equal((1, 1), (results.Passed, results.Failed));
        Assert.Equal([("B", "not so")], results.Failures);
        Assert.Equal([("C", "no data")], results.Skipped);
        Assert.Equal("1 passed, 1 failed, 1 skipped", TestReport.LineOf(results));
        Assert.Equal("1 passed, 1 failed", TestReport.ClosingLine([results]));
    }

    [Fact]
    public void A_program_that_ends_badly_without_a_failed_test_is_a_failure() => Assert.Equal(1, Read(OnePassed, exitCode: 134).Failed);

    [Fact]
    public void A_project_without_tests_is_a_failure() => Assert.Equal(1, Read(string.Empty, exitCode: 0).Failed);

    [Fact]
    public void A_report_that_is_not_whole_is_a_failure() => Assert.Equal(1, TestResults.Read("P", "not-there.xml", 0, ["the last line"]).Failed);

    [Fact]
    public void What_went_wrong_outside_a_test_is_a_failure() =>
        Assert.Equal(1, Read(OnePassed, exitCode: 1, errors: """<error type="fixture-cleanup" name="F"><failure><message>left open</message></failure></error>""").Failed);

    private static TestResults Read(string tests, int exitCode, string errors = "")
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"""<assemblies><assembly time="0.5"><errors>{errors}</errors><collection>{tests}</collection></assembly></assemblies>""");
            return TestResults.Read("P", file, exitCode, []);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
