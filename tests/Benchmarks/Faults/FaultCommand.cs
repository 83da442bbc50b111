using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Testing;
using Bittbridge.Tools;

namespace Bittbridge.Benchmarks.Faults;

/// <summary>
/// Plays challenges against the published SelfHost while its storage fails in every way, and reports what was answered and how fast it
/// recovered; then kills it at random moments: <c>dotnet run -c Release --project tests/Benchmarks -- faults [--seconds N] [--kills N]
/// [--only storage|kills] [--write]</c>. It exits with 1 when something was not as it must be.
/// </summary>
internal static partial class FaultCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the longest answer may take.</summary>
    private static readonly TimeSpan MaxAnswer = TimeSpan.FromSeconds(1);

    /// <summary>How long a recovery may take.</summary>
    private static readonly TimeSpan MaxRecovery = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args)
    {
        var checkout = Checkout.Find();
        Report.Say("Publishing SelfHost (up to a minute) …");
        await MinerUnderLoad.BuildAsync(checkout);
        var only = Array.IndexOf(args, "--only") is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;
        var isGood = only == "kills" || await FailStorageAsync(checkout, args);
        return (only == "storage" || await KillAsync(checkout, args)) && isGood ? 0 : 1;
    }

    /// <summary>Kills the miner again and again.</summary>
    /// <returns>Whether all went as it must.</returns>
    private static async Task<bool> KillAsync(Checkout checkout, string[] args)
    {
        await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
        var (head, played) = (await Report.HeadAsync(checkout), new PlayedCoinGecko());
        await using var coinGecko = new StandInServer(played.AnswerAsync);
        var seed = Report.Number(args, "--seed", Environment.TickCount & int.MaxValue);
        Report.Say($"Killing SelfHost at random moments, --seed {seed} …");
#pragma warning disable CA5394 // The moments need no secrecy.
        var run = new KillRun(checkout, azurite.ConnectionString, coinGecko.Url + "/api/v3", played, new Random(seed));
#pragma warning restore CA5394
        var kills = Report.Number(args, "--kills", 5);
        await run.RunAsync(kills);
        var report = $"{head}\n\n{run.InWords()}";
        Console.WriteLine(report);
        var path = checkout.At("docs", "reliability.md");
        var shown = ShownKills().Match(await File.ReadAllTextAsync(path)).Groups["kills"].Value;
        if (int.TryParse(shown, out var more) && more > kills && args.Contains("--write"))
        {
            Report.Say($"{path} keeps its table of {more} kills, because this run had only {kills}.");
        }
        else
        {
            Report.WriteIfAsked(args, path, "kills", report);
        }

        return run.IsGood;
    }

    /// <summary>Plays every fault of storage.</summary>
    /// <returns>Whether all went as it must.</returns>
    private static async Task<bool> FailStorageAsync(Checkout checkout, string[] args)
    {
        var length = TimeSpan.FromSeconds(Report.Number(args, "--seconds", 8));
        var report = new StringBuilder();
        report.AppendLine(await Report.HeadAsync(checkout));
        report.AppendLine();
        report.AppendLine(
            "| Storage | Challenges | Answered with a forecast | p50, ms | Longest, ms "
                + "| Health in it | Answered in it and repeated after it | Healthy again after, s |"
        );
        report.AppendLine("|---|---|---|---|---|---|---|---|");
        var isGood = true;
        foreach (var fault in Enum.GetValues<StorageFault>())
        {
            // A new emulator each time, because Azurite keeps connections of the last one busy.
            await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
            await using var storage = new FaultyStorage(azurite.ConnectionString);
            await using var miner = await MinerUnderLoad.StartAsync(
                checkout,
                storage.ConnectionString,
                ("BITTBRIDGE_PRICES_SCHEDULE", "*/2 * * * * *")
            );
            await LoadRun.PlayAsync(miner.Port, 4, Challenges.Signed(2000), TimeSpan.FromSeconds(2));

            storage.Fault = fault;
            var (times, answered, last) = (new List<double>(), 0, Array.Empty<byte>());

            // On one connection, where the next request would wait for work that holds up the last one after its answer.
            using var connection = await LoadConnection.OpenAsync(miner.Port);
            for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < length; await Task.Delay(Pause))
            {
                var request = Challenges.Signed(1)[0];
                var sent = Stopwatch.GetTimestamp();
                var reply = await connection.SendAsync(request);
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                if (reply.HoldsForecast)
                {
                    (answered, last) = (answered + 1, request);
                }
            }

            var health = await HealthAsync(miner);
            storage.Fault = StorageFault.None;
            var cleared = Stopwatch.GetTimestamp();
            var repeated = last.Length == 0 ? 0 : (await SendAsync(miner, last)).Status;
            var hasRecovered = await IsHealthyAgainAsync(miner);
            var recovered = hasRecovered
                ? $"{Stopwatch.GetElapsedTime(cleared).TotalSeconds:0.0}"
                : $"not within {MaxRecovery.TotalSeconds}";
            times.Sort();
            var isOutage = fault is not (StorageFault.None or StorageFault.Slow);
            isGood &= health == (isOutage ? "Degraded" : "Healthy");
            isGood &= repeated == 401 && answered == times.Count && times[^1] <= MaxAnswer.TotalMilliseconds && hasRecovered;
            var line =
                $"| {InWords(fault)} | {times.Count} | {answered} | {times[times.Count / 2]:0.0} | {times[^1]:0} "
                + $"| {health} | {repeated} | {recovered} |";
            Report.Say(line);
            report.AppendLine(line);
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "reliability.md"), "storage faults", report.ToString());
        return isGood;
    }

    private static async Task<LoadConnection.Reply> SendAsync(MinerUnderLoad miner, byte[] request)
    {
        using var connection = await LoadConnection.OpenAsync(miner.Port);
        return await connection.SendAsync(request);
    }

    private static async Task<bool> IsHealthyAgainAsync(MinerUnderLoad miner)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < MaxRecovery; await Task.Delay(Pause))
        {
            if (await HealthAsync(miner) == "Healthy")
            {
                return true;
            }

            // A challenge finds out that storage is back.
            await SendAsync(miner, Challenges.Signed(1)[0]);
        }

        return false;
    }

    /// <returns>The worst state of a health part.</returns>
    private static async Task<string> HealthAsync(MinerUnderLoad miner)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{miner.Port}/") };
        using var response = await client.GetAsync(new Uri("health/ready", UriKind.Relative));
        var health = await response.Content.ReadAsStringAsync();
        return Array.Find(["Unhealthy", "Degraded"], state => health.Contains(state, StringComparison.Ordinal)) ?? "Healthy";
    }

    private static string InWords(StorageFault fault) =>
        fault switch
        {
            StorageFault.None => "works",
            StorageFault.Stopped => "breaks every connection",
            StorageFault.Frozen => "accepts connections and answers nothing",
            StorageFault.Slow => "answers 0.6 s late",
            StorageFault.Late => "answers 1.5 s late",
            StorageFault.CutOff => "does its work and breaks off every reply",
            StorageFault.Throttled => "answers 503 ServerBusy",
            StorageFault.ReadOnly => "refuses writes with 403",
            _ => "is replaced by another program, which answers 200",
        };

    [GeneratedRegex(@"^\| kills: all, [^|]*\| (?<kills>\d+),", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex ShownKills();
}
