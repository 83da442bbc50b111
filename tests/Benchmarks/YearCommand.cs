using System.Diagnostics;
using System.Text;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;

namespace Bittbridge.Benchmarks;

/// <summary>
/// Measures <c>bittbridge backtest</c> and <c>tournament</c> on a year of made prices, as their user waits for them:
/// <c>dotnet run -c Release --project tests/Benchmarks -- year [--rounds N] [--write]</c>.
/// </summary>
internal static class YearCommand
{
    private const int Prices = 105_120;

    private static readonly string[] Commands = ["backtest", "tournament"];

    public static async Task<int> RunAsync(string[] args)
    {
        var checkout = Checkout.Find();
        var head = await Report.HeadAsync(checkout, shared: "");
        var file = Path.Combine(checkout.LocalFolder, "year.csv");
        Directory.CreateDirectory(checkout.LocalFolder);
        await File.WriteAllLinesAsync(file, Made());
        Report.Say("Building the tool in Release …");
        var build = await ChildProcess.RunAsync(Programs.Dotnet(checkout.Root, "build", "src/Cli", "-c", "Release"), null, default);
        if (!build.Succeeded)
        {
            throw new CommandException($"dotnet build src/Cli failed: {string.Join('\n', build.Errors)}");
        }

        var rounds = Report.Number(args, "--rounds", 3);
        var seconds = Commands.Select(_ => new List<double>()).ToArray();
        for (var round = 1; round <= rounds; round++)
        {
            for (var i = 0; i < Commands.Length; i++)
            {
                Report.Say($"Round {round} of {rounds}: {Commands[i]} …");
                seconds[i].Add(await MeasureAsync(checkout, Commands[i], file));
            }
        }

        var report = new StringBuilder();
        report.AppendLine(head);
        report.AppendLine();
        report.AppendLine($"| Command, with 73,584 forecasts a model, {rounds} rounds | Seconds: median (fastest to slowest) |");
        report.AppendLine("|---|---|");
        for (var i = 0; i < Commands.Length; i++)
        {
            report.AppendLine($"| `bittbridge {Commands[i]}` | {StartCommand.Median(seconds[i], "0.0")} |");
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "year", report.ToString());
        return 0;
    }

    /// <returns>Seconds from the command's start to its end.</returns>
    private static async Task<double> MeasureAsync(Checkout checkout, string command, string prices)
    {
        var began = Stopwatch.GetTimestamp();
        var run = await ChildProcess.RunAsync(
            Programs.Dotnet(
                checkout.Root,
                checkout.At("artifacts", "bin", "Bittbridge.Cli", "release", "bittbridge.dll"),
                command,
                "--prices",
                prices,
                "--from",
                "30%",
                "--json"
            ),
            null,
            default
        );
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return run.Succeeded ? elapsed : throw new CommandException($"bittbridge {command} failed: {string.Join('\n', run.Errors)}");
    }

    /// <summary>A walk with noise around it, as the prices have; the same each time.</summary>
    private static IEnumerable<string> Made()
    {
        var (random, level) = (new Random(1), 7.1);
        yield return "timestamp_utc,close";
        for (var i = 0; i < Prices; i++)
        {
            level += (random.NextDouble() - 0.5) * 4e-4 + (7.1 - level) * 1e-3;
            var price = level + (random.NextDouble() - 0.5) * 6e-4;
            yield return $"{DateTimeOffset.UnixEpoch.AddYears(55).AddMinutes(5 * i):yyyy-MM-dd'T'HH:mm:ss'Z'},{price:0.000000}";
        }
    }
}
