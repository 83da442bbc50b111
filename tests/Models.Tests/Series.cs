using System.Globalization;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests;

/// <summary>Histories to test with: made ones at 5-minute slots, and those of <see cref="TestPrices"/>.</summary>
internal static class Series
{
    /// <summary>How many points the miner keeps in memory.</summary>
    public const int Kept = 600;

    /// <summary>A Monday at noon, UTC: no opening, no weekend.</summary>
    public static readonly DateTimeOffset Start = new(2025, 10, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<PriceHistory> Real = new(ReadReal);

    /// <summary>Three weeks of generated prices.</summary>
    public static PriceHistory Generated { get; } =
        PriceHistory.FromPoints(TestPrices.Generate(TestPrices.Seed).Select(price => new PricePoint(price.Time, price.Price)));

    /// <summary>Three weeks of prices.</summary>
    public static PriceHistory Prices(TestSeries series) => series == TestSeries.Real ? Real.Value : Generated;

    /// <summary>The prices before the last 30 %, on which models are compared.</summary>
    public static PriceHistory BeforeValidation(PriceHistory prices) => prices.Until(prices[FirstOfValidation(prices) - 1].Time);

    public static PriceHistory Of(params double[] prices) => Of(prices.AsEnumerable());

    public static PriceHistory Of(IEnumerable<double> prices) =>
        PriceHistory.FromPoints(prices.Select((price, i) => new PricePoint(At(i), price)));

    /// <summary>The instant of the i-th slot of a made history.</summary>
    public static DateTimeOffset At(double i) => Start + i * PriceSlot.Step;

    /// <summary>The miner's history at the i-th generated point.</summary>
    public static PriceHistory KnownAt(int i) => KnownAt(i, Generated);

    /// <summary>The same for other prices.</summary>
    public static PriceHistory KnownAt(int i, PriceHistory prices) => prices.Until(prices[i].Time).TakeLast(Kept);

    /// <summary>One forecast at each of the last 30 % of points, with what came true; those whose truth is missing are left out.</summary>
    public static async Task<List<ScoredForecast>> ReplayValidationAsync(Forecaster forecaster, PriceHistory prices, CancellationToken ct)
    {
        var rounds = new List<ScoredForecast>();
        for (var i = FirstOfValidation(prices); i < prices.Count; i++)
        {
            var madeAt = prices[i].Time;
            var truth = prices.IndexNear(madeAt + Forecast.Horizon);
            if (truth > 0)
            {
                var forecast = await forecaster.ForecastAsync(madeAt, KnownAt(i, prices), ct);
                rounds.Add(new(madeAt, forecast!.Price, forecast.Interval, prices[i].Cny, prices[truth].Cny));
            }
        }

        return rounds;
    }

    private static int FirstOfValidation(PriceHistory prices) => prices.Count * 7 / 10;

    private static PriceHistory ReadReal() =>
        PriceHistory.FromPoints(
            File.ReadLines(TestPrices.PathOf(TestSeries.Real))
                .Skip(1)
                .Select(line => line.Split(','))
                .Select(cells => new PricePoint(
                    DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture),
                    double.Parse(cells[1], CultureInfo.InvariantCulture)
                ))
        );
}
