using System.Text;
using Bittbridge.Tools;

namespace Bittbridge.Benchmarks.Load;

/// <summary>
/// Plays challenges against the published SelfHost beside a real storage emulator, and against the floors in the same run:
/// <c>dotnet run -c Release --project tests/Benchmarks -- load [--seconds N] [--rounds N] [--write]</c>. With <c>--port N
/// [--connections N]</c> it plays challenges against a miner that runs already, with the hotkey //Bob and open to any signature, where the
/// callers have no permit and at most 16 of their requests run at once; with <c>--scale [--seconds N]</c> it plays them against one, two
/// and four instances on one storage, and exits with 1 when something was not as it must be; with <c>--memory</c> it measures the memory
/// of two published forms.
/// </summary>
internal static class LoadCommand
{
    /// <summary>How many requests a second of a run are prepared; a run that uses them up ends early.</summary>
    private const int PreparedPerSecond = 9000;

    public static async Task<int> RunAsync(string[] args)
    {
        var (seconds, rounds) = (Report.Number(args, "--seconds", 4), Report.Number(args, "--rounds", 3));
        if (Report.Number(args, "--port", 0) is > 0 and var port)
        {
            var played = await LoadRun.PlayAsync(
                port,
                Report.Number(args, "--connections", 16),
                Challenges.Signed(PreparedPerSecond * seconds),
                TimeSpan.FromSeconds(seconds)
            );
            Report.Say($"{played.PerSecond:0}/s, p50 {played.P50:0.00} ms, p99 {played.P99:0.00} ms; {played.InWords}");
            return 0;
        }

        var checkout = Checkout.Find();
        Report.Say("Publishing SelfHost, compiled ahead of time (up to a minute) …");
        await MinerUnderLoad.BuildAsync(checkout);
        if (args.Contains("--scale"))
        {
            return await ScaleRun.RunAsync(checkout, args);
        }

        if (args.Contains("--memory"))
        {
            return await MemoryRun.RunAsync(checkout, args);
        }

        var head = await Report.HeadAsync(checkout);
        var emptyEndpoint = await Floors.PublishAsync(checkout);
        await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
        await using var floor = await MinerUnderLoad.StartFloorAsync(checkout, emptyEndpoint);
        await using var durable = await MinerUnderLoad.StartAsync(checkout, azurite.ConnectionString);
        var length = TimeSpan.FromSeconds(seconds);
        var measured = new Dictionary<(string, int), List<LoadFigures>>();
        var inserts = new Dictionary<int, List<(double PerSecond, double P50)>>();
        await WarmAsync(floor);
        await WarmAsync(durable);
        await LoadRun.PlayAsync(durable.Port, 4, Challenges.Forged(4000), TimeSpan.FromSeconds(3));
        for (var round = 1; round <= rounds; round++)
        {
            // A new one each time, because it remembers 100,000 requests at most, for longer than a round takes.
            await using var memory = await MinerUnderLoad.StartAsync(checkout, azurite.ConnectionString, ("Bittbridge__Replay", "memory"));
            await WarmAsync(memory);
            var kinds = new (string Name, MinerUnderLoad Under, Func<int, byte[][]> Requests)[]
            {
                ("empty endpoint (floor)", floor, Challenges.Signed),
                ("challenges, `Replay=durable`", durable, Challenges.Signed),
                ("challenges, `Replay=memory`", memory, Challenges.Signed),
                ("forged challenges", durable, Challenges.Forged),
            };
            foreach (var connections in (int[])[1, 16, 64])
            {
                Report.Say($"Round {round} of {rounds}, {connections} connections …");
                foreach (var (name, under, requests) in kinds)
                {
                    var run = await LoadRun.PlayAsync(under.Port, connections, requests(PreparedPerSecond * seconds), length);
                    Add(measured, (name, connections), run);
                    Report.Say($"  {name}: {run.PerSecond:0}/s, p50 {run.P50:0.00} ms, p99 {run.P99:0.00} ms; {run.InWords}");
                }

                var bare = await Floors.InsertAsync(azurite.ConnectionString, connections, length);
                Add(inserts, connections, bare);
                Report.Say($"  bare inserts: {bare.PerSecond:0}/s, p50 {bare.P50:0.00} ms");
            }
        }

        var report = new StringBuilder();
        report.AppendLine(head + " Each figure is that of the round with the median rate.");
        report.AppendLine();
        report.AppendLine("| What | Connections | Responses a second | p50, ms | p99, ms | Longest, ms | Statuses |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var ((name, connections), runs) in measured)
        {
            var run = LoadFigures.Median(runs);
            report.AppendLine(
                $"| {name} | {connections} | {run.PerSecond:0} | {run.P50:0.00} | {run.P99:0.00} | {run.Max:0} | {run.InWords} |"
            );
        }

        foreach (var (connections, runs) in inserts)
        {
            var run = runs.OrderBy(one => one.PerSecond).ElementAt(runs.Count / 2);
            report.AppendLine($"| bare inserts into the same Azurite (floor) | {connections} | {run.PerSecond:0} | {run.P50:0.00} | | | |");
        }

        var beforeFloods = durable.ResidentMB;
        report.AppendLine();
        report.AppendLine(await FloodsAsync(durable, length));
        report.AppendLine();
        report.AppendLine("| Resident memory of | MB |");
        report.AppendLine("|---|---|");
        report.AppendLine($"| the miner of the rounds, `Replay=durable`, before the floods | {beforeFloods:0} |");
        report.AppendLine($"| the same after the floods | {durable.ResidentMB:0} |");

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "load run", report.ToString());

        return 0;
    }

    /// <summary>Compiles and connects before anything counts.</summary>
    private static Task<LoadFigures> WarmAsync(MinerUnderLoad under) =>
        LoadRun.PlayAsync(under.Port, 4, Challenges.Signed(4000), TimeSpan.FromSeconds(3));

    /// <summary>An honest caller on one connection, alone and beside each flood.</summary>
    private static async Task<string> FloodsAsync(MinerUnderLoad miner, TimeSpan length)
    {
        var quiet = await PlayHonestAsync(miner, length);
        var report = new StringBuilder();
        report.AppendLine(
            "| An honest caller on one connection, beside | p50, ms | p99, ms | p99 / quiet p99 | Its statuses "
                + "| Responses to the flood a second | Their statuses |"
        );
        report.AppendLine("|---|---|---|---|---|---|---|");
        report.Append($"| nothing | {quiet.P50:0.00} | {quiet.P99:0.00} | 1.0 | {quiet.InWords} | | |");
        var forged = Challenges.Forged(PreparedPerSecond * (int)length.TotalSeconds);
        var (oversized, replayed, slow) = (Challenges.Oversized(64), Challenges.Signed(1), Challenges.Long(64));
        var slowLength = length > SlowFlood.MinLength ? length : SlowFlood.MinLength;
        foreach (
            var (name, lasts, playAsync) in ((string, TimeSpan, Func<Task<LoadFigures>>)[])
                [
                    ("forged signatures on 16 connections", length, () => FloodAsync(forged)),
                    ("bodies of 512 KB on 16 connections", length, () => FloodAsync(oversized)),
                    ("one request repeated on 16 connections", length, () => FloodAsync(replayed)),
                    (
                        $"bodies sent byte by byte on {SlowFlood.Connections} connections",
                        slowLength,
                        () => SlowFlood.PlayAsync(miner.Port, slow, slowLength)
                    ),
                ]
        )
        {
            var honest = PlayHonestAsync(miner, lasts);
            var flooding = await playAsync();
            var run = await honest;
            Report.Say($"  beside {name}: p99 {run.P99:0.00} ms; {run.InWords}; flood {flooding.InWords}");
            report.AppendLine();
            report.Append(
                $"| {name} | {run.P50:0.00} | {run.P99:0.00} | {run.P99 / quiet.P99:0.0} | {run.InWords} | {flooding.PerSecond:0} "
                    + $"| {flooding.InWords} |"
            );
        }

        return report.ToString();

        Task<LoadFigures> FloodAsync(byte[][] requests) => LoadRun.PlayAsync(miner.Port, 16, requests, length, repeat: true);
    }

    /// <summary>Signs for as long as the caller asks, so that its last request is as fresh as its first.</summary>
    private static Task<LoadFigures> PlayHonestAsync(MinerUnderLoad miner, TimeSpan length) =>
        LoadRun.PlayAsync(miner.Port, 1, Challenges.Signed(2000 * (int)length.TotalSeconds, length + TimeSpan.FromSeconds(12)), length);

    private static void Add<TKey, TValue>(Dictionary<TKey, List<TValue>> all, TKey key, TValue value)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var list))
        {
            all[key] = list = [];
        }

        list.Add(value);
    }
}
