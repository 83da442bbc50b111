#!/usr/bin/env dotnet
#:property PublishAot=false
#:project Tools/Bittbridge.Tools.csproj

// Restores, builds, checks the formatting and runs every test: dotnet run eng/test.cs
using Bittbridge.Tools;
using Bittbridge.Tools.Running;
using Bittbridge.Tools.Testing;

using var stop = new StopSignals();
var all = new List<TestResults>();
try
{
    var options = TestOptions.Parse(args);
    if (options.WantsHelp)
    {
        Console.WriteLine(TestOptions.Help);
        return ExitCodes.Succeeded;
    }

    var steps = new Steps();
    await RunAsync(options, Checkout.Find(), steps, stop.Token);
    TestReport.Show(all, steps);
    Console.WriteLine(TestReport.ClosingLine(all));
    return all.Sum(results => results.Failed) == 0 ? ExitCodes.Succeeded : ExitCodes.Failed;
}
catch (CannotContinueException problem)
{
    Console.Error.WriteLine(problem.Message);
    return problem.ExitCode;
}
catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
{
    Console.WriteLine("Stopped.");
    return ExitCodes.Interrupted;
}

async Task RunAsync(TestOptions options, Checkout checkout, Steps steps, CancellationToken ct)
{
    var build = new Build(checkout, steps, ct);
    if (Failed(await build.RestoreAsync()) || Failed(await build.BuildAsync()))
    {
        return;
    }

    _ = Failed(await build.CheckFormattingAsync());

    var projects = SolutionProjects.TestNames(checkout.At(build.Solution)).Where(name => options.Filter is null || name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase)).ToList();
    if (projects.Count == 0)
    {
        throw Options.Wrong($"No test project's name contains '{options.Filter}'");
    }

    await using var azurite = await StartAzuriteAsync(checkout, steps, ct);
    foreach (var project in projects)
    {
        all.Add(await steps.RunAsync(project, async step =>
        {
            var results = await TestProject.RunAsync(checkout, project, azurite?.ConnectionString, step, ct);
            var words = $"{project}: {TestReport.LineOf(results)}";
            (step.Outcome, step.Problem) = results.Failed == 0 ? (words, null) : ((string?)null, words);
            return results;
        }));
    }
}

bool Failed(TestResults? failure)
{
    if (failure is not null)
    {
        all.Add(failure);
    }

    return failure is not null;
}

// Without storage the other tests still say something.
async Task<Azurite?> StartAzuriteAsync(Checkout checkout, Steps steps, CancellationToken ct)
{
    try
    {
        await NodeModules.EnsureAsync(checkout, steps, ct);
        return await steps.RunAsync("Starting Azurite, the local storage", async step =>
        {
            var started = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, ct);
            step.Outcome = $"Azurite listens, its tables on port {started.Ports.Table}, its data in memory";
            return started;
        });
    }
    catch (CannotContinueException problem)
    {
        all.Add(TestResults.Failure("Azurite", "Azurite", problem.Message));
        return null;
    }
}
