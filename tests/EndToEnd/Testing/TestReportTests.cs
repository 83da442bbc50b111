using Bittbridge.Tools.Testing;

namespace Bittbridge.EndToEnd.Tests.Testing;

public sealed class TestReportTests
{
    private const string OnePassed = """<test name="A" result="Pass" />""";

    [Fact]
    public void Passed_failed_and_skipped_tests_are_told_apart()
    {
        var report = Read(
            OnePassed
                + """<test name="B" result="Fail"><failure><message>not so</message></failure></test><test name="C" result="Skip"><reason>no data</reason></test>"""
        );

        Assert.Equal((1, "P"), (report.Passed, report.Project));
        Assert.Equal([new("B", "not so")], report.Failed);
        Assert.Equal([new("C", "no data")], report.Skipped);
        Assert.Equal("1 passed, 1 failed", TestReport.ClosingLine([report]));
    }

    [Fact]
    public void A_project_without_tests_is_a_failure() => Assert.Single(Read(string.Empty).Failed);

    [Fact]
    public void A_report_that_is_cut_off_is_a_failure() =>
        Assert.Single(ReadText("""<assemblies><assembly name="/x/P.dll"><test name="A" result="Pass" />""").Failed);

    [Fact]
    public void A_project_that_left_no_report_is_a_failure() =>
        Assert.Single(
            ReadText("""<assemblies><assembly name="/x/Another.dll"><test name="A" result="Pass" /></assembly></assemblies>""").Failed
        );

    [Fact]
    public void What_went_wrong_outside_a_test_is_a_failure() =>
        Assert.Equal(
            [new("P: fixture-cleanup F", "left open")],
            Read(OnePassed, """<error type="fixture-cleanup" name="F"><failure><message>left open</message></failure></error>""").Failed
        );

    [Fact]
    public void A_line_is_covered_when_the_tests_of_one_project_ran_it()
    {
        using var folder = new TemporaryFolder();
        var files = new[] { folder.Write("a.xml", Cobertura(1, 0, 0)), folder.Write("b.xml", Cobertura(0, 3, 0)) };

        Assert.Equal([new("Bittbridge.Models", 2, 3)], Coverage.Read(files));
    }

    private static string Cobertura(params int[] hits) =>
        $"""<coverage><packages><package name="Bittbridge.Models"><classes><class filename="A.cs"><lines>{string.Concat(hits.Select((count, line) => $"""<line number="{line + 1}" hits="{count}" />"""))}</lines></class></classes></package></packages></coverage>""";

    private static TestReport Read(string tests, string errors = "") =>
        ReadText(
            $"""<assemblies><assembly name="/x/P.dll" time="0.5"><errors>{errors}</errors><collection>{tests}</collection></assembly></assemblies>"""
        );

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
