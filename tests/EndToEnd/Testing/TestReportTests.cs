using Bittbridge.Tools.Testing;

namespace Bittbridge.EndToEnd.Tests.Testing;

public sealed class TestReportTests
{
    private const string Mixed = """<assembly name="/x/P.dll" passed="4" failed="1" skipped="2" not-run="1" errors="0" time="0.5" />""";

    [Fact]
    public void Passed_failed_and_skipped_tests_are_counted_separately()
    {
        var report = Read(Mixed);

        Assert.Equal(("P", 4, 1, 3, 0.5), (report.Project, report.Passed, report.Failed, report.Skipped, report.Seconds));
        Assert.Equal("4 passed, 1 failed", TestReport.ClosingLine([report]));
    }

    [Fact]
    public void The_time_of_each_test_and_the_reason_of_each_skip_are_read()
    {
        var report = Read(
            """
            <assembly name="/x/P.dll" passed="1" failed="0" skipped="1" errors="0" time="2">
              <collection>
                <test name="P.Slow" result="Pass" time="1.5" />
                <test name="P.Left_out" result="Skip" time="0"><reason><![CDATA[nginx is not installed.]]></reason></test>
              </collection>
            </assembly>
            """
        );

        Assert.Equal([("P.Slow", 1.5), ("P.Left_out", 0)], report.Times);
        Assert.Equal(["nginx is not installed."], report.SkipReasons);
    }

    [Fact]
    public void The_ten_slowest_tests_the_reason_of_each_skip_and_what_failed_are_shown()
    {
        TestReport first = new("P", 9, 0, Skipped: 2)
        {
            Times = [.. Enumerable.Range(1, 9).Select(at => ($"P.Test{at}", at / 2.0))],
            SkipReasons = ["nginx is not installed.", "Chromium is not installed."],
        };
        TestReport second = new("Q", 2, 1, Skipped: 1)
        {
            Times = [("Q.Slow", 61.25), ("Q.Quick", 0.75)],
            SkipReasons = ["nginx is not installed."],
            Failures = ["Q.Wrong\nExpected: 1"],
        };

        Assert.Equal(
            """
            The slowest tests, in seconds:
                61.3  Q.Slow
                 4.5  P.Test9
                 4.0  P.Test8
                 3.5  P.Test7
                 3.0  P.Test6
                 2.5  P.Test5
                 2.0  P.Test4
                 1.5  P.Test3
                 1.0  P.Test2
                 0.8  Q.Quick
            Skipped tests, with the reason:
                   2  nginx is not installed.
                   1  Chromium is not installed.
            failed Q.Wrong
              Expected: 1
            """.ReplaceLineEndings(),
            string.Join(Environment.NewLine, TestReport.More([first, second]))
        );
        Assert.Empty(TestReport.More([new("P", 0, 0)]));
    }

    [Fact]
    public void What_failed_is_read_with_its_message_and_place()
    {
        var report = Read(
            """
            <assembly name="/x/P.dll" passed="1" failed="1" skipped="0" errors="1" time="2">
              <errors><error type="assembly-cleanup"><failure><message>Still open.</message></failure></error></errors>
              <collection>
                <test name="P.Right" result="Pass" time="1"><output>not of interest</output></test>
                <test name="P.Wrong" result="Fail" time="1">
                  <failure><message><![CDATA[Expected: 1]]></message><stack-trace>at P.Wrong() in P.cs:line 7</stack-trace></failure>
                  <output>what it said</output>
                </test>
              </collection>
            </assembly>
            """
        );

        Assert.Equal(["assembly-cleanup\nStill open.", "P.Wrong\nExpected: 1\nat P.Wrong() in P.cs:line 7\nwhat it said"], report.Failures);
    }

    [Fact]
    public void A_failure_of_any_length_is_shown_up_to_a_limit()
    {
        var report = Read(
            $"""
            <assembly name="/x/P.dll" passed="0" failed="1" errors="0">
              <test name="P.Wrong" result="Fail"><failure><message>{new string('x', 10_000)}</message></failure></test>
            </assembly>
            """
        );

        Assert.Equal(3_002, Assert.Single(report.Failures).Length);
    }

    [Fact]
    public void A_project_without_tests_is_a_failure()
    {
        var report = Read("""<assembly name="/x/P.dll" passed="0" failed="0" errors="0" />""");

        Assert.Equal((1, "P has no tests."), (report.Failed, Assert.Single(report.Failures)));
    }

    [Fact]
    public void A_report_that_is_cut_off_is_a_failure() =>
        Assert.Equal((0, 1), Counts(ReadText("""<assemblies><assembly name="/x/P.dll" passed="1"><test name="A" result="Pass" />""")));

    [Fact]
    public void A_project_that_left_no_report_is_a_failure()
    {
        var report = Read("""<assembly name="/x/Another.dll" passed="1" />""");

        Assert.Equal((0, 1), Counts(report));
        Assert.Equal("P left no complete report: it crashed, hung or was not built.", Assert.Single(report.Failures));
    }

    [Fact]
    public void A_project_that_a_hanging_test_ended_names_that_test()
    {
        using var folder = new TemporaryFolder();
        folder.Write("P.reason.txt", "P.Hangs did not end within 10 minutes, nor a minute after it was cancelled.");

        var reports = TestReport.ReadAll(folder.Path, ["P", "Q"]);

        Assert.Equal([(0, 1), (0, 1)], reports.Select(Counts));
        Assert.Equal(
            [
                "P left no complete report: P.Hangs did not end within 10 minutes, nor a minute after it was cancelled.",
                "Q left no complete report: it crashed, hung or was not built.",
            ],
            reports.SelectMany(report => report.Failures)
        );
    }

    [Fact]
    public void An_error_outside_a_test_is_a_failure() =>
        Assert.Equal((1, 1), Counts(Read("""<assembly name="/x/P.dll" passed="1" failed="0" errors="1" />""")));

    [Fact]
    public void A_line_is_covered_when_the_tests_of_one_project_ran_it()
    {
        using var folder = new TemporaryFolder();
        var files = new[] { folder.Write("a.xml", Cobertura(1, 0, 0)), folder.Write("b.xml", Cobertura(0, 3, 0)) };

        Assert.Equal([new("Bittbridge.Models", 2, 3)], Coverage.Read(files));
    }

    [Fact]
    public void Of_the_branches_of_a_line_those_count_that_the_tests_of_one_project_ran()
    {
        using var folder = new TemporaryFolder();
        var files = new[]
        {
            folder.Write("a.xml", Cobertura("""<line number="1" hits="1" branch="True" condition-coverage="25% (1/4)" />""")),
            folder.Write(
                "b.xml",
                Cobertura(
                    """
                    <line number="1" hits="2" branch="True" condition-coverage="75% (3/4)" />
                    <line number="2" hits="0" branch="True" condition-coverage="0% (0/2)" />
                    """
                )
            ),
        };

        var coverage = Assert.Single(Coverage.Read(files));

        Assert.Equal(new("Bittbridge.Models", 1, 2, 3, 6), coverage);
        Assert.EndsWith(" 50.0 % of the lines (1 of 2),  50.0 % of the branches (3 of 6)", $"{coverage}", StringComparison.Ordinal);
    }

    private static string Cobertura(params int[] hits) =>
        Cobertura(string.Concat(hits.Select((count, line) => $"""<line number="{line + 1}" hits="{count}" />""")));

    private static string Cobertura(string lines) =>
        $"""<coverage><packages><package name="Bittbridge.Models"><classes><class filename="A.cs"><lines>{lines}</lines></class></classes></package></packages></coverage>""";

    private static (int Passed, int Failed) Counts(TestReport report) => (report.Passed, report.Failed);

    private static TestReport Read(string assembly) => ReadText($"<assemblies>{assembly}</assemblies>");

    private static TestReport ReadText(string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write("report.xml", text);
        return Assert.Single(TestReport.ReadAll(folder.Path, ["P"]));
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("bittbridge-report-").FullName;

        public string Write(string name, string text)
        {
            var file = System.IO.Path.Combine(Path, name);
            File.WriteAllText(file, text);
            return file;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
