using System.Globalization;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Prices for tests: three weeks of real ones where ../shared/data is beside the repository, and generated ones of the same weeks
/// elsewhere, or where <see cref="Variable"/> is <c>generated</c>.
/// </summary>
public static class TestPrices
{
    public const string Variable = "BITTBRIDGE_TEST_PRICES";

    /// <summary>The seed of the generated file.</summary>
    public const int Seed = 1;

    private const string Name = "usdt-cny-5min.csv";

    private static readonly Lazy<string> Generated = new(WriteGenerated);

    /// <summary>Whether <see cref="Path"/> holds real prices.</summary>
    public static bool AreReal =>
        Environment.GetEnvironmentVariable(Variable) != "generated" && File.Exists(RecordedFacts.BesideRepository("data/" + Name));

    /// <summary>Skips the running test, which is about figures of real prices, where there are none.</summary>
    public static void RequireReal() =>
        Assert.SkipUnless(
            AreReal,
            $"The real prices ../shared/data/{Name} are not beside this repository; this test is about their figures."
        );

    /// <summary>A CSV file with the columns <c>timestamp_utc,close</c>, 2025-10-13 to 2025-11-03.</summary>
    public static string Path => AreReal ? RecordedFacts.BesideRepository("data/" + Name) : Generated.Value;

    /// <summary>
    /// Generated prices: a rate that moves in the onshore session alone, with heavy tails and a jump at the opening, times the price of
    /// USDT in USD, whose noise returns to its mean; with slots missing as in the real weeks.
    /// </summary>
    public static IReadOnlyList<(DateTimeOffset Time, double Price)> Generate(int seed)
    {
        var random = new Random(seed);
        var prices = new List<(DateTimeOffset, double)>();
        var (rate, slow, gap) = (Math.Log(7.12), 0.0, 0);
        var end = new DateTimeOffset(2025, 11, 3, 15, 10, 0, TimeSpan.Zero);
        for (var time = new DateTimeOffset(2025, 10, 13, 15, 15, 0, TimeSpan.Zero); time <= end; time = time.AddMinutes(5))
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
            if (gap == 0)
            {
                prices.Add((time, Math.Round(price, 9)));
            }
        }

        return prices;
    }

    /// <summary>In hundredths of a percent.</summary>
    private static double RateMove(DateTimeOffset time, Random random)
    {
        var (sinceMidnight, day) = (time.TimeOfDay, time.DayOfWeek);
        // From 01:30 to 19:00 UTC, Monday to Friday.
        var isOpen = day is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && sinceMidnight >= TimeSpan.FromMinutes(90) && time.Hour < 19;
        var opens = isOpen && sinceMidnight < TimeSpan.FromMinutes(100);
        return opens ? 3 * Normal(random)
            : isOpen ? 0.3 * Normal(random) / Math.Sqrt(0.3 + random.NextDouble())
            : 0;
    }

    private static string WriteGenerated()
    {
        // In a folder of its own: test projects run at the same time.
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("bittbridge-prices-").FullName, Name);
        File.WriteAllLines(
            path,
            Generate(Seed)
                .Select(price =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{price.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'},{price.Price.ToString("R", CultureInfo.InvariantCulture)}"
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
