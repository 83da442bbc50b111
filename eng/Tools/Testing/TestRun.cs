using System.CommandLine;
using System.Text.RegularExpressions;
using Bittbridge.Tools.Running;
using CliWrap;
using Spectre.Console;

namespace Bittbridge.Tools.Testing;

/// <summary>Runs every check that a change must pass: restore, build, formatting, Markdown and the tests.</summary>
public sealed partial class TestRun
{
    /// <summary>Names the storage account of the tests; without it each project starts its own emulator.</summary>
    public const string StorageVariable = "BITTBRIDGE_TEST_STORAGE";

    /// <summary>Names the folder of the reports, where a hanging test leaves a <see cref="TestReport.ReasonFile"/>.</summary>
    public const string ResultsVariable = "BITTBRIDGE_TEST_RESULTS";

    private const string Help = """
        Restores, builds, checks the formatting and the Markdown, and runs every test.

          dotnet run eng/test.cs [options]

          --filter TEXT   only the test projects whose name contains TEXT
          --coverage      measure which lines and branches of src the tests run, summed over all projects
          --help          this text; dotnet keeps --help for itself, so write: dotnet run eng/test.cs -- --help

        It needs the .NET SDK 10 and Node with npm. It starts one Azurite, in memory and on free ports, and passes its connection
        string to the tests as BITTBRIDGE_TEST_STORAGE. The tests themselves run with dotnet test.

        The last line is "N passed, N failed"; the lines above it say why tests were skipped and what failed. A failed restore,
        build or check counts as one failure. Exit status: 0 success, 1 failure, 2 wrong usage, 130 interrupted.
        """;

    private static readonly Option<string?> Filter = new("--filter");
    private static readonly Option<bool> WithCoverage = new("--coverage") { Arity = ArgumentArity.Zero };

    private readonly Checkout _checkout = Checkout.Find();
    private readonly Steps _steps = new();
    private readonly List<TestReport> _reports = [];

    public static Task<int> RunAsync(string[] args) =>
        CommandHost.RunAsync(
            args,
            Help,
            [Filter, WithCoverage],
            (options, ct) => new TestRun().RunAsync(options.GetValue(Filter) ?? "", options.GetValue(WithCoverage), ct),
            () => 130
        );

    /// <summary>The projects of the solution, as paths below the root with forward slashes.</summary>
    public static IReadOnlyList<string> ProjectsOf(Checkout checkout) =>
        [
            .. ProjectLine()
                .Matches(File.ReadAllText(checkout.At(Checkout.SolutionName)))
                .Select(match => match.Groups["path"].Value.Replace('\\', '/')),
        ];

    private async Task<int> RunAsync(string filter, bool withCoverage, CancellationToken ct)
    {
        // The end-to-end tests take the longest, so they start first.
        List<string> projects =
        [
            .. ProjectsOf(_checkout)
                .Select(project => Path.GetFileNameWithoutExtension(project))
                .Where(name =>
                    name.EndsWith(".Tests", StringComparison.Ordinal) && name.Contains(filter, StringComparison.OrdinalIgnoreCase)
                )
                .OrderByDescending(name => name.Contains("EndToEnd", StringComparison.Ordinal))
                .ThenBy(name => name, StringComparer.Ordinal),
        ];
        if (projects.Count == 0)
        {
            throw new CommandException($"No test project's name contains '{filter}': see the options with -- --help.", exitCode: 2);
        }

        // Before the build: it embeds the charts, and would embed them again once they were installed anew.
        var hasNode = await EnsureNodeModulesAsync(ct);
        if (
            await CheckAsync("Restoring packages (the first time, up to two minutes)", ct, "restore", Checkout.SolutionName)
            && await CheckAsync("Restoring the formatter", ct, "tool", "restore")
            && await CheckAsync("Building (the first time, up to five minutes)", ct, "build", Checkout.SolutionName, "--no-restore")
        )
        {
            await CheckAsync("Checking the formatting", ct, "csharpier", "check", "src", "tests", "eng", "examples");
            if (hasNode)
            {
                var lint = _checkout.At("node_modules", "markdownlint-cli2", "markdownlint-cli2-bin.mjs");
                await CheckAsync("Checking the Markdown", Cli.Wrap("node").WithArguments(lint).WithWorkingDirectory(_checkout.Root), ct);
            }

            await using var azurite = hasNode ? await StartAzuriteAsync(ct) : null;
            await TestAsync(projects, azurite, withCoverage, ct);
        }

        var table = new Table { Border = TableBorder.Simple }.AddColumns("", "passed", "failed", "skipped", "seconds");
        foreach (var (project, passed, failed, skipped, seconds) in _reports)
        {
            table.AddRow(Markup.Escape(project), $"{passed}", $"{failed}", $"{skipped}", $"{seconds:0.0}");
        }

        _steps.Console.Write(table);
        foreach (var line in TestReport.More(_reports))
        {
            Steps.Say(line);
        }

        Steps.Say(TestReport.ClosingLine(_reports));
        return _reports.All(report => report.Failed == 0) ? 0 : 1;
    }

    private Task<bool> CheckAsync(string doing, CancellationToken ct, params string[] arguments) =>
        CheckAsync(doing, Programs.Dotnet(_checkout.Root, arguments), ct);

    private async Task<bool> CheckAsync(string doing, CliWrap.Command command, CancellationToken ct)
    {
        var result = await _steps.RunAsync(
            doing,
            note => ChildProcess.RunAsync(command, note, ct),
            result => result.Succeeded ? doing : null
        );
        return result.Succeeded || Fail(doing, string.Join(Environment.NewLine, result.Errors));
    }

    /// <summary>Reports a check that failed, which counts as one failed test.</summary>
    private bool Fail(string check, string message)
    {
        Steps.Say(message);
        _reports.Add(new(check, Passed: 0, Failed: 1) { Failures = [TestReport.Shorten($"{check}\n{message}")] });
        return false;
    }

    private async Task TestAsync(List<string> projects, Azurite? azurite, bool withCoverage, CancellationToken ct)
    {
        // The reports of an earlier run must not count.
        var results = _checkout.At("artifacts", "test-results");
        Directory.CreateDirectory(results);
        Directory.Delete(results, recursive: true);
        Directory.CreateDirectory(results);

        // Three projects at a time on two processors, because each waits for processes and sockets for a third of its time.
        var command = Programs.Dotnet(
            _checkout.Root,
            [
                "test",
                "--test-modules",
                string.Join(';', projects.Select(project => Path.GetRelativePath(_checkout.Root, _checkout.BuiltProgram(project)))),
                .. "--max-parallel-test-modules 3 --timeout 30m --report-xunit-xml --no-ansi --no-progress --results-directory".Split(' '),
                results,
                .. withCoverage ? ["--coverlet", "--coverlet-output-format", "cobertura"] : Array.Empty<string>(),
            ]
        );
        var environment = new Dictionary<string, string?>(command.EnvironmentVariables)
        {
            [StorageVariable] = azurite?.ConnectionString,
            [ResultsVariable] = results,
            // The tests start many programs that end after seconds: collecting profiles for the compiler costs them more than it gives.
            ["DOTNET_TieredPGO"] = "0",
        };
        Steps.Say($"  Testing {projects.Count} projects …");
        var run = await ChildProcess.RunAsync(command.WithEnvironmentVariables(environment), Steps.Say, ct);
        var reports = TestReport.ReadAll(results, projects);
        _reports.AddRange(reports);
        if (run.ExitCode != 0 && reports.All(report => report.Failed == 0))
        {
            Fail("dotnet test", $"dotnet test ended with exit code {run.ExitCode} although no test failed.");
        }

        if (withCoverage)
        {
            var coverage = Coverage.Read(Directory.EnumerateFiles(results, "*cobertura*.xml", SearchOption.AllDirectories));
            foreach (var row in coverage.Append(Coverage.Sum("in total", coverage)))
            {
                Steps.Say($"  {row}");
            }
        }
    }

    /// <summary>A failure counts; the tests that need neither Node nor storage still run.</summary>
    private async Task<bool> EnsureNodeModulesAsync(CancellationToken ct)
    {
        try
        {
            await NodeModules.EnsureAsync(_checkout, _steps, ct);
            return true;
        }
        catch (CommandException exception)
        {
            return Fail("Node", exception.Message);
        }
    }

    /// <summary>Starts the emulator. Null if that fails, which counts as a failure; the tests that need no storage still run.</summary>
    private async Task<Azurite?> StartAzuriteAsync(CancellationToken ct)
    {
        try
        {
            return await Azurite.StartAsync(_checkout, folder: null, AzuritePorts.Any, ct);
        }
        catch (CommandException exception)
        {
            Fail("Azurite", exception.Message);
            return null;
        }
    }

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+\.csproj)",""", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex ProjectLine();
}
