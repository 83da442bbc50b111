using System.Diagnostics;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;

namespace Bittbridge.Benchmarks.Load;

/// <summary>A call of the published command line tool, or of an empty program.</summary>
/// <param name="Name">What is called, for the report.</param>
/// <param name="Program">The program's .dll.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record ToolCall(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Publishes the tool in two forms, and the floor.</summary>
    public static async Task<IReadOnlyList<ToolCall>> PublishAsync(Checkout checkout)
    {
        string[] address = ["keys", "address", "//Alice"];
        Report.Say("Publishing the command line tool …");
        var tool = await PublishAsync(checkout, "src/Cli", "tool", "bittbridge");
        var runTime = await PublishAsync(checkout, "src/Cli", "tool-run-time", "bittbridge", "-p:PublishReadyToRun=false");
        var source = await WorkerStart.WriteAppAsync(
            checkout,
            "empty-program-source",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <PublishReadyToRun>true</PublishReadyToRun>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TieredPGO>false</TieredPGO>
              </PropertyGroup>
            </Project>
            """,
            """System.Console.WriteLine("Hello");"""
        );
        return
        [
            new("`bittbridge keys address //Alice`", tool, address),
            new("`bittbridge --version`", tool, ["--version"]),
            new("`bittbridge keys address //Alice`, compiled at run time", runTime, address),
            new(
                "an empty program, published like the first (floor)",
                await PublishAsync(checkout, source, "empty-program", WorkerStart.EmptyApp),
                []
            ),
        ];
    }

    /// <summary>Calls it once.</summary>
    /// <returns>Milliseconds from its start to its end.</returns>
    public async Task<double> MeasureAsync(Checkout checkout)
    {
        var command = Programs.Dotnet(checkout.Root, [Program, .. Arguments]);
        var began = Stopwatch.GetTimestamp();
        var run = await ChildProcess.RunAsync(command, null, CancellationToken.None);
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return run.Succeeded ? elapsed : throw new CommandException($"{Name} failed: {string.Join('\n', run.Errors)}");
    }

    private static async Task<string> PublishAsync(
        Checkout checkout,
        string project,
        string folder,
        string program,
        params string[] switches
    )
    {
        var published = WorkerStart.Folder(checkout, folder);
        await WorkerStart.DotnetAsync(
            checkout,
            ["publish", project, "-c", "Release", "--use-current-runtime", "--self-contained", "false", .. switches, "-o", published]
        );
        return Path.Combine(published, program + ".dll");
    }
}
