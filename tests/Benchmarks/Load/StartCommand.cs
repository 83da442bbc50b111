using System.Diagnostics;
using System.Text;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;

namespace Bittbridge.Benchmarks.Load;

/// <summary>
/// Measures how long the published SelfHost takes from its start to its first answer, with prices in storage, compiled ahead of time and
/// not, and how long the worker of the Functions package takes to connect to its host:
/// <c>dotnet run -c Release --project tests/Benchmarks -- start [--rounds N] [--write]</c>.
/// </summary>
internal static class StartCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var checkout = Checkout.Find();
        var kinds = new (string Name, string Switch)[] { ("ReadyToRun (as published)", "true"), ("compiled at run time", "false") };
        var programs = new List<string>();
        foreach (var (name, readyToRun) in kinds)
        {
            Report.Say($"Publishing SelfHost, {name} …");
            programs.Add(await PublishAsync(checkout, readyToRun));
        }

        var workers = await WorkerStart.PublishAsync(checkout);
        await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
        var storage = azurite.ConnectionString;
        var measured = kinds.Select(_ => new List<(double Ms, double MB)>()).ToArray();
        for (var round = 0; round <= Report.Number(args, "--rounds", 7); round++)
        {
            for (var i = 0; i < kinds.Length; i++)
            {
                var began = Stopwatch.GetTimestamp();
                await using var miner = MinerUnderLoad.Start(checkout, programs[i], storage);
                await miner.FirstAnswerAsync();

                // The first round fills the storage and the file cache.
                if (round > 0)
                {
                    measured[i].Add((Stopwatch.GetElapsedTime(began).TotalMilliseconds, miner.ResidentMB));
                }
            }
        }

        var connected = workers.Select(_ => new List<(double Ms, double MB)>()).ToArray();
        for (var round = 0; round <= Report.Number(args, "--rounds", 7); round++)
        {
            for (var i = 0; i < workers.Count; i++)
            {
                var one = await WorkerStart.MeasureAsync(workers[i].Program);
                if (round > 0)
                {
                    connected[i].Add(one);
                }
            }
        }

        var report = new StringBuilder();
        report.AppendLine(Report.Machine());
        report.AppendLine();
        report.AppendLine(
            "| SelfHost | From its start to the first answer, ms: median (fastest to slowest) | Resident memory then, MB | Folder, MB |"
        );
        report.AppendLine("|---|---|---|---|");
        for (var i = 0; i < kinds.Length; i++)
        {
            report.AppendLine(Row(kinds[i].Name, measured[i], programs[i]));
        }

        report.AppendLine();
        report.AppendLine(
            "| Worker of Azure Functions | From its start until it connects to its host, ms | Resident memory then, MB | Folder, MB |"
        );
        report.AppendLine("|---|---|---|---|");
        for (var i = 0; i < workers.Count; i++)
        {
            report.AppendLine(Row(workers[i].Name, connected[i], workers[i].Program));
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "start", report.ToString());
        return 0;
    }

    private static string Row(string name, List<(double Ms, double MB)> measured, string program)
    {
        var (times, memory) = (measured.Select(one => one.Ms).Order().ToList(), measured.Select(one => one.MB).Order().ToList());
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(program)!, "*", SearchOption.AllDirectories);
        return $"| {name} | {times[times.Count / 2]:0} ({times[0]:0} to {times[^1]:0}) | {memory[memory.Count / 2]:0} "
            + $"| {files.Sum(file => new FileInfo(file).Length) / 1e6:0} |";
    }

    private static async Task<string> PublishAsync(Checkout checkout, string readyToRun)
    {
        var folder = checkout.At("artifacts", "start", readyToRun);
        var publish = await ChildProcess.RunAsync(
            Programs.Dotnet(
                checkout.Root,
                "publish",
                "src/SelfHost",
                "-c",
                "Release",
                "--use-current-runtime",
                "--self-contained",
                "false",
                $"-p:PublishReadyToRun={readyToRun}",
                "-o",
                folder
            ),
            null,
            CancellationToken.None
        );
        return publish.Succeeded
            ? Path.Combine(folder, "Bittbridge.SelfHost.dll")
            : throw new CommandException($"dotnet publish src/SelfHost failed: {string.Join('\n', publish.Errors)}");
    }
}
