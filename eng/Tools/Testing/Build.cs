using System.Diagnostics;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Testing;

/// <summary>What stands before the tests: restore, build and formatting. Each gives a failure, or null.</summary>
public sealed class Build(Checkout checkout, Steps steps, CancellationToken cancellationToken)
{
    private static readonly string[] FileBasedApps = ["eng", "examples"];

    /// <summary>The solution, or its filter where the worker packages are not to be had.</summary>
    public string Solution { get; private set; } = Checkout.SolutionName;

    public Task<TestResults?> RestoreAsync() => steps.RunAsync("Restoring packages", async step =>
    {
        var started = Stopwatch.GetTimestamp();
        var restore = await ChildProcess.RunAsync(CommandLine.Dotnet(checkout.Root, "restore", Solution), step.Note, cancellationToken);
        var leftOut = string.Empty;
        if (!restore.Succeeded && WorkerPackages.AllThatIsMissing(restore) is { } missing)
        {
            Solution = Checkout.FilterName;
            leftOut = $"; src/Functions is LEFT OUT of build, formatting and tests, because the package feed here lacks {string.Join(", ", missing)}";
            restore = await ChildProcess.RunAsync(CommandLine.Dotnet(checkout.Root, "restore", Solution), step.Note, cancellationToken);
        }

        return Ended(step, "Restore", "Packages are restored" + leftOut, WorkerPackages.WithoutThem(restore), started);
    });

    public Task<TestResults?> BuildAsync() => steps.RunAsync("Building", async step =>
    {
        var started = Stopwatch.GetTimestamp();
        var build = await ChildProcess.RunAsync(CommandLine.Dotnet(checkout.Root, "build", Solution, "--no-restore"), step.Note, cancellationToken);
        return Ended(step, "Build", $"{Solution} is built", build, started);
    });

    public Task<TestResults?> CheckFormattingAsync() => steps.RunAsync("Checking the formatting", async step =>
    {
        var started = Stopwatch.GetTimestamp();
        step.Note(Solution);
        var format = await ChildProcess.RunAsync(CommandLine.Dotnet(checkout.Root, "format", Solution, "--verify-no-changes", "--no-restore"), step.Note, cancellationToken);
        if (format.Succeeded)
        {
            // File-based apps belong to no project of the solution.
            step.Note("file-based apps");
            string[] folders = [.. FileBasedApps.Where(folder => Directory.Exists(checkout.At(folder)))];
            format = await ChildProcess.RunAsync(
                CommandLine.Dotnet(checkout.Root, ["format", "whitespace", ".", "--folder", "--verify-no-changes", "--include", .. folders]), step.Note, cancellationToken);
        }

        return Ended(step, "Formatting", "The formatting is right", format, started);
    });

    private static TestResults? Ended(Step step, string what, string outcome, CommandResult result, long started)
    {
        if (result.Succeeded)
        {
            step.Outcome = outcome;
            return null;
        }

        step.Problem = $"{what} failed";
        return TestResults.Failure(what, what, string.Join('\n', result.Errors)) with { Took = Stopwatch.GetElapsedTime(started) };
    }
}
