using System.Diagnostics;
using System.Text;
using Bittbridge.Benchmarks.Faults;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;
using Bittbridge.Tools;

namespace Bittbridge.Benchmarks.Load;

/// <summary>
/// Measures how long the published SelfHost takes from its start to its first answer, with prices and the list of validators in storage,
/// compiled ahead of time in three ways and not at all, beside an empty endpoint that is published like it, how long the worker of the
/// Functions package takes to connect to its host, and how long a call of the command line tool takes:
/// <c>dotnet run -c Release --project tests/Benchmarks -- start [--rounds N] [--write]</c>.
/// </summary>
internal static class StartCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var checkout = Checkout.Find();
        var head = await Report.HeadAsync(checkout);
        var kinds = new (string Name, string Folder, string[] Switches)[]
        {
            ("ReadyToRun (as published)", MinerUnderLoad.AsShipped, ["--self-contained", "false"]),
            (
                "ReadyToRun with the runtime itself, as one composite",
                "composite",
                ["--self-contained", "true", "-p:PublishReadyToRunComposite=true"]
            ),
            ("native (`PublishAot`)", MinerUnderLoad.Native, [MinerUnderLoad.AsNative]),
            ("compiled at run time", "run-time", ["--self-contained", "false", "-p:PublishReadyToRun=false"]),
        };
        var programs = new List<string>();
        foreach (var (name, folder, switches) in kinds)
        {
            Report.Say($"Publishing SelfHost, {name} (up to five minutes) …");
            programs.Add(await MinerUnderLoad.PublishAsync(checkout, folder, switches));
        }

        var emptyEndpoint = await Floors.PublishAsync(checkout);
        var workers = await WorkerStart.PublishAsync(checkout);
        var calls = await ToolCall.PublishAsync(checkout);
        await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
        var storage = azurite.ConnectionString;
        await using var coinGecko = new StandInServer(new PlayedCoinGecko().AnswerAsync);

        // As in production: in Development, the host also checks every service at its start.
        (string Name, string Value)[] settings =
        [
            ("ASPNETCORE_ENVIRONMENT", "Production"),
            ("Bittbridge__Prices__Source", PriceSettings.CoinGecko),
            ("Bittbridge__CoinGecko__BaseAddress", coinGecko.Url + "/api/v3"),
        ];
        var measured = kinds.Select(_ => new List<(double Ms, double MB)>()).ToArray();
        var floor = new List<(double Ms, double MB)>();
        for (var round = 0; round <= Report.Number(args, "--rounds", 7); round++)
        {
            var started = Stopwatch.GetTimestamp();
            await using (var empty = await MinerUnderLoad.StartFloorAsync(checkout, emptyEndpoint))
            {
                if (round > 0)
                {
                    floor.Add((Stopwatch.GetElapsedTime(started).TotalMilliseconds, empty.ResidentMB));
                }
            }

            for (var i = 0; i < kinds.Length; i++)
            {
                var began = Stopwatch.GetTimestamp();
                await using var miner = MinerUnderLoad.Start(checkout, programs[i], storage, settings);
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

        var called = calls.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= Report.Number(args, "--rounds", 7); round++)
        {
            for (var i = 0; i < calls.Count; i++)
            {
                var ms = await calls[i].MeasureAsync(checkout);
                if (round > 0)
                {
                    called[i].Add(ms);
                }
            }
        }

        var report = new StringBuilder();
        report.AppendLine(head);
        report.AppendLine();
        report.AppendLine(
            "| SelfHost | From its start to the first answer, ms: median (fastest to slowest) | Resident memory then, MB | Folder, MB |"
        );
        report.AppendLine("|---|---|---|---|");
        for (var i = 0; i < kinds.Length; i++)
        {
            report.AppendLine(Row(kinds[i].Name, measured[i], Megabytes(programs[i])));
        }

        report.AppendLine(Row("an empty endpoint, published like the first (floor)", floor, Megabytes(emptyEndpoint)));
        report.AppendLine();
        report.AppendLine(
            "| Worker of Azure Functions | From its start until it connects to its host, ms | Resident memory then, MB | Folder, MB |"
        );
        report.AppendLine("|---|---|---|---|");
        for (var i = 0; i < workers.Count; i++)
        {
            report.AppendLine(Row(workers[i].Name, connected[i], Megabytes(workers[i].Program)));
        }

        report.AppendLine();
        report.AppendLine("| Call of the command line tool | From its start to its end, ms | Folder, MB |");
        report.AppendLine("|---|---|---|");
        for (var i = 0; i < calls.Count; i++)
        {
            report.AppendLine($"| {calls[i].Name} | {Median(called[i])} | {Megabytes(calls[i].Program)} |");
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "start", report.ToString());
        return 0;
    }

    private static string Row(string name, List<(double Ms, double MB)> measured, string size)
    {
        var memory = measured.Select(one => one.MB).Order().ToList();
        return $"| {name} | {Median(measured.Select(one => one.Ms))} | {memory[memory.Count / 2]:0} | {size} |";
    }

    /// <summary>The median with the fastest and the slowest.</summary>
    public static string Median(IEnumerable<double> times, string format = "0")
    {
        List<string> ordered = [.. times.Order().Select(time => time.ToString(format))];
        return $"{ordered[ordered.Count / 2]} ({ordered[0]} to {ordered[^1]})";
    }

    private static string Megabytes(string program) =>
        Directory
            .EnumerateFiles(Path.GetDirectoryName(program)!, "*", SearchOption.AllDirectories)
            .Sum(file => new FileInfo(file).Length / 1e6)
            .ToString("0");
}
