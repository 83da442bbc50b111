using System.Diagnostics;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Testing;

/// <summary>Runs one xunit project's own program.</summary>
public static class TestProject
{
    public const string StorageVariable = "BITTBRIDGE_TEST_STORAGE";

    // Far beyond what any project needs: a test that hangs must not hang the command.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    public static async Task<TestResults> RunAsync(Checkout checkout, string name, string? storage, Step step, CancellationToken cancellationToken)
    {
        var reports = Directory.CreateDirectory(checkout.At("artifacts", "test-results"));
        var report = Path.Combine(reports.FullName, name + ".xml");
        File.Delete(report);

        var command = new CommandLine(Programs.Dotnet, checkout.BuiltProgram(name), "-noColor", "-noAutoReporters", "-reporter", "json", "-result-xml", report)
        {
            Folder = checkout.Root,
            Environment = new Dictionary<string, string?> { [StorageVariable] = storage },
        };
        var (passed, failed) = (0, 0);
        var started = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var run = await ChildProcess.RunAsync(command, line =>
            {
                passed += line.StartsWith("""{"$type":"test-passed",""", StringComparison.Ordinal) ? 1 : 0;
                failed += line.StartsWith("""{"$type":"test-failed",""", StringComparison.Ordinal) ? 1 : 0;
                step.Note($"{passed} passed, {failed} failed so far");
            }, limit.Token);
            return TestResults.Read(name, report, run.ExitCode, run.Lines) with { Took = Stopwatch.GetElapsedTime(started) };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TestResults.Failure(name, name, $"The tests did not end within {Longest.TotalMinutes:0} minutes; {passed} had passed.") with { Took = Longest };
        }
    }
}
