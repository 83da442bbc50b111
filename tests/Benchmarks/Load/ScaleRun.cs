using System.Text;
using Bittbridge.Testing;
using Bittbridge.Tools;

namespace Bittbridge.Benchmarks.Load;

/// <summary>One, two and four instances on one storage, under one load.</summary>
internal static class ScaleRun
{
    private const int Connections = 16;

    /// <summary>How many requests are sent to all instances at once.</summary>
    private const int Raced = 300;

    /// <summary>How long the last answers' records may take.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(Checkout checkout, string[] args)
    {
        var length = TimeSpan.FromSeconds(Report.Number(args, "--seconds", 4));
        var report = new StringBuilder();
        report.AppendLine(Report.Machine());
        report.AppendLine();
        report.AppendLine(
            "| Instances | Responses a second | p50, ms | p99, ms | Storage operations a first challenge | Conflicts in 1,000 of these "
                + "| Requests sent to all at once: answered once, more than once |"
        );
        report.AppendLine("|---|---|---|---|---|---|---|");
        var isGood = true;
        foreach (var count in (int[])[1, 2, 4])
        {
            await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
            var bare = await MeasureAsync(checkout, azurite.ConnectionString, count, length);

            // What counts the operations stands in between, and would slow them down.
            await using var counting = new FaultyStorage(azurite.ConnectionString);
            var (operations, conflicts, once, twice) = await CountAsync(checkout, counting, count);
            var line =
                $"| {count} | {bare.PerSecond:0} | {bare.P50:0.00} | {bare.P99:0.00} | {operations:0.00} | {conflicts * 1000:0.0} "
                + $"| {once}, {twice} of {Raced} |";
            Report.Say($"{line} {bare.InWords}");
            report.AppendLine(line);
            isGood &= twice == 0;
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "scale run", report.ToString());
        return isGood ? 0 : 1;
    }

    private static async Task<LoadFigures> MeasureAsync(Checkout checkout, string storage, int count, TimeSpan length)
    {
        await using var instances = await Instances.StartAsync(checkout, storage, count);
        await PlayAsync(instances, TimeSpan.FromSeconds(3));
        return await PlayAsync(instances, length);
    }

    private static async Task<(double Operations, double Conflicts, int Once, int Twice)> CountAsync(
        Checkout checkout,
        FaultyStorage storage,
        int count
    )
    {
        await using var instances = await Instances.StartAsync(checkout, storage.ConnectionString, count);

        // Compiled and connected, and the tables made, by one caller. The others are not in the slot's row yet: their challenges count from
        // the first on, one of each.
        await PlayAsync(instances, Signed(6000, hotkeys: 1), TimeSpan.FromSeconds(2));
        await Task.Delay(Behind);
        storage.Take();
        var conflicts = storage.Conflicts;
        var run = await PlayAsync(instances, Signed(Challenges.MaxHotkeys, Challenges.MaxHotkeys)[1..], TimeSpan.FromSeconds(10));
        await Task.Delay(Behind);
        var (operations, conflicted, answers) = (storage.Take().Count, storage.Conflicts - conflicts, run.Statuses.GetValueOrDefault(200));
        Report.Say($"  counted: {run.InWords}");

        var (once, twice) = (0, 0);
        foreach (var request in Challenges.Signed(Raced))
        {
            var answered = (await Task.WhenAll(instances.Ports.Select(port => IsAnsweredAsync(port, request)))).Count(isAnswered =>
                isAnswered
            );
            (once, twice) = (once + (answered == 1 ? 1 : 0), twice + (answered > 1 ? 1 : 0));
        }

        return ((double)operations / answers, (double)conflicted / answers, once, twice);
    }

    private static Task<LoadFigures> PlayAsync(Instances instances, TimeSpan length) =>
        PlayAsync(instances, Challenges.Signed(3000 * (int)length.TotalSeconds), length);

    private static Task<LoadFigures> PlayAsync(Instances instances, byte[][] requests, TimeSpan length) =>
        LoadRun.PlayAsync(instances.Ports, Connections, requests, length);

    private static byte[][] Signed(int count, int hotkeys) => Challenges.SignedAt(count, TimeProvider.System.GetUtcNow(), hotkeys: hotkeys);

    private static async Task<bool> IsAnsweredAsync(int port, byte[] request)
    {
        using var connection = await LoadConnection.OpenAsync(port);
        return (await connection.SendAsync(request)).HoldsForecast;
    }

    /// <summary>Miners that share their tables.</summary>
    private sealed class Instances(IReadOnlyList<MinerUnderLoad> miners) : IAsyncDisposable
    {
        public IReadOnlyList<int> Ports { get; } = [.. miners.Select(miner => miner.Port)];

        public static async Task<Instances> StartAsync(Checkout checkout, string storage, int count)
        {
            var prefix = $"scale{Guid.NewGuid():N}"[..16];
            var miners = new List<MinerUnderLoad>();
            for (var i = 0; i < count; i++)
            {
                miners.Add(await MinerUnderLoad.StartAsync(checkout, storage, ("Bittbridge__TablePrefix", prefix)));
            }

            return new(miners);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var miner in miners)
            {
                await miner.DisposeAsync();
            }
        }
    }
}
