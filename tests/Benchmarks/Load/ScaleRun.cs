using System.Diagnostics;
using System.Text;
using Bittbridge.Benchmarks.Faults;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Benchmarks.Load;

/// <summary>One, two and four instances on one storage, under one load.</summary>
internal static class ScaleRun
{
    private const int Connections = 16;

    /// <summary>The time from one scheduled poll to the next, in seconds.</summary>
    private const int BetweenPolls = 5;

    /// <summary>A shorter run might have no whole time between two scheduled polls.</summary>
    private const int MinSeconds = 3 * BetweenPolls;

    /// <summary>How many requests a second of a run are prepared: more than Azurite takes.</summary>
    private const int PreparedPerSecond = 2000;

    /// <summary>How many requests are sent to all instances at once.</summary>
    private const int Raced = 300;

    /// <summary>How long the last answers' records may take.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the last poll may take to store its price.</summary>
    private static readonly TimeSpan MaxSave = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(Checkout checkout, string[] args)
    {
        var length = TimeSpan.FromSeconds(Math.Max(MinSeconds, Report.Number(args, "--seconds", 30)));
        var report = new StringBuilder();
        report.AppendLine(await Report.HeadAsync(checkout));
        report.AppendLine();
        report.AppendLine(
            "| Instances | Responses a second | p50, ms | p99, ms | Storage operations a first challenge | Conflicts in 1,000 of these "
                + "| Requests sent to all at once: answered once, more than once | Polls at each scheduled time: mean, most "
                + "| Prices that the instances got, of them lost |"
        );
        report.AppendLine("|---|---|---|---|---|---|---|---|---|");
        var isGood = true;
        foreach (var count in (int[])[1, 2, 4])
        {
            await using var azurite = await Azurite.StartAsync(checkout, folder: null, AzuritePorts.Any, CancellationToken.None);
            var (bare, polls) = await MeasureAsync(checkout, azurite.ConnectionString, count, length);

            // What counts the operations stands in between, and would slow them down.
            await using var counting = new FaultyStorage(azurite.ConnectionString);
            var (operations, conflicts, once, twice) = await CountAsync(checkout, counting, count);
            var line =
                $"| {count} | {bare.PerSecond:0} | {bare.P50:0.00} | {bare.P99:0.00} | {operations:0.00} | {conflicts * 1000:0.0} "
                + $"| {once}, {twice} of {Raced} | {polls.Each.Average():0.00}, {polls.Each.Max()} | {polls.Prices}, {polls.Lost} |";
            Report.Say($"{line} {bare.InWords}");
            report.AppendLine(line);
            isGood &= twice == 0 && polls.AreGood;
        }

        Console.WriteLine(report);
        Report.WriteIfAsked(args, checkout.At("docs", "performance.md"), "scale run", report.ToString());
        return isGood ? 0 : 1;
    }

    private static async Task<(LoadFigures Load, PollFigures Polls)> MeasureAsync(
        Checkout checkout,
        string storage,
        int count,
        TimeSpan length
    )
    {
        var clock = new LaterHalf();
        var played = new PlayedCoinGecko(clock);
        await using var coinGecko = new StandInServer(played.AnswerAsync);
        var tables = Tables(storage);
        await using var instances = await Instances.StartAsync(
            checkout,
            tables,
            count,
            ("Bittbridge__Prices__Source", PriceSettings.CoinGecko),
            ("Bittbridge__CoinGecko__BaseAddress", coinGecko.Url + "/api/v3"),
            ("BITTBRIDGE_PRICES_SCHEDULE", $"*/{BetweenPolls} * * * * *")
        );
        await PlayAsync(instances, Challenges.Signed(9000), TimeSpan.FromSeconds(3));

        // From now on no price comes a second time.
        played.HasChart = false;
        var prices = new TablePriceStore(new(tables), PriceSeries.Real, TimeProvider.System, NullLogger<TablePriceStore>.Instance);
        var known = (await prices.ReadAsync(CancellationToken.None))?.History ?? PriceHistory.Empty;
        var requests = Challenges.Signed(PreparedPerSecond * (int)length.TotalSeconds, length + TimeSpan.FromSeconds(12));
        var first = ScheduledBefore(TimeProvider.System.GetUtcNow()) + 1;
        var load = await PlayAsync(instances, requests, length);
        var last = ScheduledBefore(TimeProvider.System.GetUtcNow()) - 1;
        DateTimeOffset[] newest = [.. played.Newest];
        var polls = newest.CountBy(time => ScheduledBefore(time + clock.Behind)).ToDictionary();
        int[] each = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => polls.GetValueOrDefault(first + i))];
        DateTimeOffset[] got = [.. known.Points().Select(point => point.Time), .. newest];
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(Behind))
        {
            var lost = await LostAsync(prices, got);
            if (lost == 0 || Stopwatch.GetElapsedTime(began) > MaxSave)
            {
                return (load, new(each, got.Length, lost));
            }
        }
    }

    /// <summary>The number of the last scheduled time before an instant, or at it.</summary>
    private static long ScheduledBefore(DateTimeOffset time) => time.ToUnixTimeSeconds() / BetweenPolls;

    /// <summary>How many of the prices of these times the snapshot or the history lacks.</summary>
    private static async Task<int> LostAsync(TablePriceStore prices, DateTimeOffset[] times)
    {
        var snapshot = (await prices.ReadAsync(CancellationToken.None))?.History ?? PriceHistory.Empty;
        var history = await prices.ReadHistoryAsync(times.Min(), times.Max(), CancellationToken.None);
        return times.Count(time => !Holds(snapshot, time) || !Holds(history, time));
    }

    /// <summary>Whether a history has the price of this time, or one nearer to the slot, as CoinGecko gave it.</summary>
    private static bool Holds(PriceHistory history, DateTimeOffset time)
    {
        var slot = PriceSlot.NearestTo(time);
        return history
            .Points()
            .Any(point => point.Slot == slot && Off(point.Time, slot) <= Off(time, slot) && PlayedCoinGecko.Gives(point));
    }

    private static TimeSpan Off(DateTimeOffset time, PriceSlot slot) => (time - slot.Time).Duration();

    private static async Task<(double Operations, double Conflicts, int Once, int Twice)> CountAsync(
        Checkout checkout,
        FaultyStorage storage,
        int count
    )
    {
        await using var instances = await Instances.StartAsync(checkout, Tables(storage.ConnectionString), count);

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

    private static StorageSettings Tables(string storage) => new(storage, $"scale{Guid.NewGuid():N}"[..16]);

    private static Task<LoadFigures> PlayAsync(Instances instances, byte[][] requests, TimeSpan length) =>
        LoadRun.PlayAsync(instances.Ports, Connections, requests, length);

    private static byte[][] Signed(int count, int hotkeys) => Challenges.SignedAt(count, TimeProvider.System.GetUtcNow(), hotkeys: hotkeys);

    private static async Task<bool> IsAnsweredAsync(int port, byte[] request)
    {
        using var connection = await LoadConnection.OpenAsync(port);
        return (await connection.SendAsync(request)).HoldsForecast;
    }

    /// <summary>What the polls of a run did.</summary>
    /// <param name="Each">How many polls each scheduled time had.</param>
    /// <param name="Prices">How many prices the instances got.</param>
    /// <param name="Lost">How many of them storage lacks.</param>
    private sealed record PollFigures(IReadOnlyList<int> Each, int Prices, int Lost)
    {
        public bool AreGood => Lost == 0 && Each.All(polls => polls == 1);
    }

    /// <summary>
    /// CoinGecko's clock. It is behind by whole seconds, so that a run falls into the later half of a slot: there each new price is nearer
    /// to the slot and takes the place of the one before it.
    /// </summary>
    private sealed class LaterHalf : TimeProvider
    {
        private static readonly TimeSpan Start = (PriceSlot.Step / 2) + TimeSpan.FromSeconds(2);

        public TimeSpan Behind { get; } =
            TimeSpan.FromSeconds((TimeProvider.System.GetUtcNow() - Start).ToUnixTimeSeconds() % (long)PriceSlot.Step.TotalSeconds);

        public override DateTimeOffset GetUtcNow() => TimeProvider.System.GetUtcNow() - Behind;
    }

    /// <summary>Miners that share their tables.</summary>
    private sealed class Instances(IReadOnlyList<MinerUnderLoad> miners) : IAsyncDisposable
    {
        public IReadOnlyList<int> Ports { get; } = [.. miners.Select(miner => miner.Port)];

        public static async Task<Instances> StartAsync(
            Checkout checkout,
            StorageSettings tables,
            int count,
            params (string Name, string Value)[] settings
        )
        {
            var miners = new List<MinerUnderLoad>();
            for (var i = 0; i < count; i++)
            {
                miners.Add(
                    await MinerUnderLoad.StartAsync(
                        checkout,
                        tables.Location,
                        [("Bittbridge__TablePrefix", tables.TablePrefix), .. settings]
                    )
                );
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
