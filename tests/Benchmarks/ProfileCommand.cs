using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Bittbridge.Tools;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace Bittbridge.Benchmarks;

/// <summary>
/// Shows where a challenge without storage spends its time, by samples of the runtime's own profiler:
/// <c>dotnet run -c Release --project tests/Benchmarks -- profile [--rounds N] [--write]</c>.
/// </summary>
internal static partial class ProfileCommand
{
    private const int ChallengesPerRound = 2000;
    private const int WarmupRounds = 10;

    /// <summary>Classes below this share are not listed, in percent.</summary>
    private const double Least = 0.5;

    private const string Profiler = "Microsoft-DotNETCore-SampleProfiler";

    public static async Task<int> RunAsync(string[] args)
    {
        var checkout = Checkout.Find();
        var head = await Report.HeadAsync(checkout, shared: "");
        using var miner = MinerInProcess.Start();
        Report.Say("Warming up …");
        await PlayAsync(miner, WarmupRounds);

        Report.Say("Profiling …");
        Directory.CreateDirectory(checkout.LocalFolder);
        var trace = Path.Combine(checkout.LocalFolder, "profile.nettrace");
        var rounds = Report.Number(args, "--rounds", 20);
        using (var session = new DiagnosticsClient(Environment.ProcessId).StartEventPipeSession(Providers(), requestRundown: true))
        {
            var writing = SaveAsync(session, trace);
            await PlayAsync(miner, rounds);
            await session.StopAsync(CancellationToken.None);
            await writing;
        }

        var report = new StringBuilder();
        report.AppendLine(head);
        report.AppendLine();
        Write(report, Samples(trace));
        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "profile", report.ToString());
        return 0;
    }

    private static EventPipeProvider[] Providers() =>
        [
            new(Profiler, EventLevel.Informational),
            new(ClrTraceEventParser.ProviderName, EventLevel.Informational, (long)ClrTraceEventParser.Keywords.Default),
        ];

    /// <summary>Answers challenges a second apart, as <see cref="ChallengeBenchmarks"/> does.</summary>
    private static async Task PlayAsync(MinerInProcess miner, int rounds)
    {
        var step = TimeSpan.FromSeconds(1);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var challenge in miner.Prepare(ChallengesPerRound, step))
            {
                await miner.AnswerAsync(challenge, step);
            }
        }
    }

    private static async Task SaveAsync(EventPipeSession session, string trace)
    {
        await using var file = File.Create(trace);
        await session.EventStream.CopyToAsync(file);
    }

    /// <summary>
    /// The stacks sampled while a challenge was answered: the miner's classes, from the one that ran to the one that was called first.
    /// </summary>
    private static List<List<string>> Samples(string trace)
    {
        using var log = TraceLog.OpenOrConvert(TraceLog.CreateFromEventPipeDataFile(trace));
        var samples = new List<List<string>>();
        foreach (var sampled in log.Events.Where(e => e.ProviderName == Profiler))
        {
            var classes = new List<string>();
            var isChallenge = true;
            for (var frame = sampled.CallStack(); frame is not null; frame = frame.Caller)
            {
                var method = frame.CodeAddress.FullMethodName;
                if (method.StartsWith("Bittbridge.Benchmarks.", StringComparison.Ordinal))
                {
                    // What prepares the challenges is no part of their answers.
                    isChallenge = method.Contains(nameof(MinerInProcess.AnswerAsync), StringComparison.Ordinal);
                    break;
                }

                // Below is what completed the task for which this part of the answer waited.
                if (method.Contains("AwaitTaskContinuation", StringComparison.Ordinal))
                {
                    break;
                }

                if (Class().Match(method) is { Success: true } match)
                {
                    classes.Add(match.Value);
                }
            }

            if (isChallenge && classes.Count > 0)
            {
                samples.Add(classes);
            }
        }

        return samples;
    }

    private static void Write(StringBuilder report, List<List<string>> samples)
    {
        var own = samples.CountBy(classes => classes[0]).ToDictionary();
        report.Append(
            CultureInfo.InvariantCulture,
            $"| Class ({samples.Count} samples within challenges) | Its own code and the libraries it calls, % "
        );
        report.AppendLine("| With the other classes that it calls, % |");
        report.AppendLine("|---|---|---|");
        foreach (
            var (name, count) in samples.SelectMany(classes => classes.Distinct()).CountBy(name => name).OrderByDescending(e => e.Value)
        )
        {
            if (Share(count) >= Least)
            {
                report.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| `{name["Bittbridge.".Length..]}` | {Share(own.GetValueOrDefault(name)):0.0} | {Share(count):0.0} |"
                );
            }
        }

        double Share(int part) => 100.0 * part / samples.Count;
    }

    /// <summary>A class of this repository; nested ones, such as those of asynchronous methods, count as the class around them.</summary>
    [GeneratedRegex(@"^Bittbridge(\.\w+)*(?=[.+`])", RegexOptions.ExplicitCapture)]
    private static partial Regex Class();
}
