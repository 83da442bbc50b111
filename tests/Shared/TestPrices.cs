using System.Globalization;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Three weeks of prices and offshore rates for tests: generated ones in every clone, and in addition real ones of the same weeks where
/// ../shared/data is beside the repository.
/// </summary>
public static class TestPrices
{
    /// <summary>The seed of the generated files.</summary>
    public const int Seed = 1;

    private const string Name = "usdt-cny-5min.csv";
    private const string RatesName = "usdcnh-30min.csv";

    /// <summary>The share of the offshore move that the onshore rate makes at the next opening.</summary>
    private const double OnshoreShare = 0.8;

    private static readonly DateTimeOffset First = new(2025, 10, 13, 15, 15, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Last = new(2025, 11, 3, 15, 10, 0, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Bar = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Of the onshore session, UTC.
    private static readonly TimeSpan Opening = new(1, 30, 0);
    private static readonly TimeSpan Close = new(19, 0, 0);

    /// <summary>When the offshore market closes on Friday and opens on Sunday, UTC.</summary>
    private static readonly TimeSpan OffshoreWeekend = new(21, 0, 0);

    private static readonly Lazy<string> Generated = new(() => Write(Name, Generate(Seed)));
    private static readonly Lazy<string> GeneratedRates = new(() => Write(RatesName, GenerateRates(Seed)));

    /// <summary>The series that this clone has.</summary>
    public static IReadOnlyList<TestSeries> Available =>
        File.Exists(PathOf(TestSeries.Real)) ? [TestSeries.Generated, TestSeries.Real] : [TestSeries.Generated];

    /// <summary>The same, for a test whose expectation depends on the prices.</summary>
    public static TheoryData<TestSeries> TheoryRows => [.. Available];

    /// <summary>The generated prices, for a test to which any plausible ones will do.</summary>
    public static string Path => PathOf(TestSeries.Generated);

    /// <summary>The generated rates.</summary>
    public static string RatesPath => RatesPathOf(TestSeries.Generated);

    /// <summary>A CSV file with the columns <c>timestamp_utc,close</c>, 2025-10-13 to 2025-11-03.</summary>
    public static string PathOf(TestSeries series) =>
        series == TestSeries.Real ? RecordedFacts.BesideRepository("data/" + Name) : Generated.Value;

    /// <summary>The same for half-hour bars of the offshore rate USD/CNH, which are stamped at their start.</summary>
    public static string RatesPathOf(TestSeries series) =>
        series == TestSeries.Real ? RecordedFacts.BesideRepository("data/" + RatesName) : GeneratedRates.Value;

    /// <summary>
    /// Generated prices: a rate that moves in the onshore session alone, with heavy tails and a jump at the opening, times the price of
    /// USDT in USD, whose noise returns to its mean; with slots missing as in the real weeks.
    /// </summary>
    public static IReadOnlyList<(DateTimeOffset Time, double Price)> Generate(int seed) =>
        [.. Slots(seed).Where(slot => !slot.IsMissing).Select(slot => (slot.Time, slot.Price))];

    /// <summary>
    /// Generated offshore rates that belong to the prices of the same seed: the onshore rate while its session is open, between sessions
    /// a straight way from the close to a quarter beyond the next opening, and noise.
    /// </summary>
    public static IReadOnlyList<(DateTimeOffset Start, double Rate)> GenerateRates(int seed)
    {
        var onshore = Slots(seed).ToDictionary(slot => slot.Time, slot => slot.LogRate);
        var random = new Random(seed);
        var bars = new List<(DateTimeOffset, double)>();
        // The first half hour after the first price.
        for (var end = First + (Bar / 2); end <= Last; end += Bar)
        {
            if (IsOffshoreOpen(end))
            {
                bars.Add((end - Bar, Math.Round(Math.Exp(OffshoreLogRate(onshore, end) + (1e-4 * Normal(random))), 9)));
            }
        }

        return bars;
    }

    private static IEnumerable<(DateTimeOffset Time, double LogRate, double Price, bool IsMissing)> Slots(int seed)
    {
        var random = new Random(seed);
        var (rate, slow, gap) = (Math.Log(7.12), 0.0, 0);
        for (var time = First; time <= Last; time += Step)
        {
            rate += 1e-4 * RateMove(time, random);
            slow = (0.9 * slow) + (0.25e-4 * Normal(random));
            var price = Math.Exp(rate + slow + (0.12e-4 * Normal(random)));
            var draw = random.NextDouble();
            gap =
                gap > 0 ? gap - 1
                : draw < 0.001 ? random.Next(2, 9)
                : draw < 0.014 ? 1
                : 0;
            yield return (time, rate, Math.Round(price, 9), gap > 0);
        }
    }

    /// <summary>In hundredths of a percent.</summary>
    private static double RateMove(DateTimeOffset time, Random random)
    {
        var isOpen = !IsWeekend(time) && time.TimeOfDay >= Opening && time.TimeOfDay < Close;
        var opens = isOpen && time.TimeOfDay < Opening + (2 * Step);
        return opens ? 3 * Normal(random)
            : isOpen ? 0.3 * Normal(random) / Math.Sqrt(0.3 + random.NextDouble())
            : 0;
    }

    private static double OffshoreLogRate(Dictionary<DateTimeOffset, double> onshore, DateTimeOffset time)
    {
        if (!IsWeekend(time) && time.TimeOfDay > Opening && time.TimeOfDay < Close)
        {
            return onshore[time];
        }

        var close = time - time.TimeOfDay + Close;
        while (close > time || IsWeekend(close))
        {
            close -= Day;
        }

        var opening = close - Close + Day + Opening;
        while (IsWeekend(opening))
        {
            opening += Day;
        }

        // The jump of an opening takes two slots.
        var (before, after) = (onshore[close], onshore[opening + Step]);
        return before + ((after - before) / OnshoreShare * ((time - close) / (opening - close)));
    }

    private static bool IsWeekend(DateTimeOffset time) => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    /// <summary>Whether a bar that ends then has trades.</summary>
    private static bool IsOffshoreOpen(DateTimeOffset end) =>
        end.DayOfWeek switch
        {
            DayOfWeek.Friday => end.TimeOfDay <= OffshoreWeekend,
            DayOfWeek.Saturday => false,
            DayOfWeek.Sunday => end.TimeOfDay > OffshoreWeekend,
            _ => true,
        };

    private static string Write(string name, IEnumerable<(DateTimeOffset Time, double Value)> rows)
    {
        // In a folder of its own: test projects run at the same time.
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("bittbridge-prices-").FullName, name);
        File.WriteAllLines(
            path,
            rows.Select(row =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{row.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'},{row.Value.ToString("R", CultureInfo.InvariantCulture)}"
                    )
                )
                .Prepend("timestamp_utc,close")
        );
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(System.IO.Path.GetDirectoryName(path)!, recursive: true);
        return path;
    }

    /// <summary>Box and Muller's transform.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
