using Bittbridge.Models.Rates;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests;

/// <summary>The generated prices and rates have the character of the real ones, whose figures are in the comments.</summary>
public sealed class TestPricesTests
{
    private static readonly TimeSpan Bar = TimeSpan.FromMinutes(30);

    [Fact]
    public void Their_moves_have_the_sizes_of_the_real_ones()
    {
        // Real: 0.37, 1.13 and 6.2 hundredths of a percent.
        Assert.InRange(Moves(1).Average(Math.Abs), 0.25, 0.5);
        Assert.InRange(Moves(12).Average(Math.Abs), 0.8, 1.6);
        Assert.InRange(Moves(288).Average(Math.Abs), 3, 9);
    }

    [Fact]
    public void Consecutive_moves_partly_undo_each_other()
    {
        var moves = Moves(1);

        // Real: -0.11.
        Assert.InRange(moves.Zip(moves.Skip(1), (one, next) => one * next).Sum() / moves.Sum(move => move * move), -0.3, -0.05);
    }

    [Fact]
    public void The_onshore_opening_moves_the_price_most()
    {
        var moves = Series
            .Generated.Points()
            .Zip(Series.Generated.Points().Skip(1), (one, next) => (next.Time, Move: Math.Abs(Math.Log(next.Cny / one.Cny)) * 1e4))
            .ToLookup(move => move.Time.TimeOfDay.TotalMinutes is >= 90 and < 100);

        // Real: 1.4 beside 0.37.
        Assert.InRange(moves[true].Average(move => move.Move) / moves[false].Average(move => move.Move), 2, 12);
    }

    [Fact]
    public void Slots_are_missing()
    {
        var gaps = Series.Generated.Points().Zip(Series.Generated.Points().Skip(1), (one, next) => next.Time - one.Time).ToList();

        // Real: 1.3 % of the steps are ten minutes, 0.1 % longer.
        Assert.InRange(gaps.Count(gap => gap == TimeSpan.FromMinutes(10)) / (double)gaps.Count, 0.005, 0.025);
        Assert.InRange(gaps.Count(gap => gap > TimeSpan.FromMinutes(10)), 1, 20);
    }

    [Fact]
    public void The_same_seed_gives_the_same_prices()
    {
        Assert.Equal(Series.Generated.Points(), Of(TestPrices.Seed).Points());
        Assert.NotEqual(Series.Generated.Points(), Of(2).Points());
    }

    [Fact]
    public void The_offshore_rate_moves_before_an_opening_and_the_price_makes_most_of_that_move()
    {
        var moves = Openings().ToList();

        // Real: 5.3 hundredths of a percent, a share of 0.73 and a correlation of 0.92, at 14 openings.
        Assert.InRange(moves.Count, 12, 15);
        Assert.InRange(moves.Average(move => Math.Abs(move.Offshore)), 3, 9);
        var (offshore, price) = (moves.Sum(move => move.Offshore * move.Offshore), moves.Sum(move => move.Price * move.Price));
        var both = moves.Sum(move => move.Offshore * move.Price);
        Assert.InRange(both / offshore, 0.65, 0.85);
        Assert.InRange(both / Math.Sqrt(offshore * price), 0.9, 1);
    }

    [Fact]
    public void The_bars_of_the_offshore_rate_have_one_length_and_are_missing_at_the_weekend_alone()
    {
        var bars = TestPrices.GenerateRates(TestPrices.Seed);
        var steps = bars.Zip(bars.Skip(1), (one, next) => (Length: next.Start - one.Start, Move: Math.Log(next.Rate / one.Rate) * 1e4))
            .ToLookup(step => step.Length, step => Math.Abs(step.Move));

        Assert.Equal([Bar, TimeSpan.FromHours(48.5)], steps.Select(step => step.Key));
        Assert.Equal(3, steps[TimeSpan.FromHours(48.5)].Count());
        // Real: 1.40 hundredths of a percent.
        Assert.InRange(steps[Bar].Average(), 1, 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_rates()
    {
        Assert.Equal(TestPrices.GenerateRates(TestPrices.Seed), TestPrices.GenerateRates(TestPrices.Seed));
        Assert.NotEqual(TestPrices.GenerateRates(TestPrices.Seed), TestPrices.GenerateRates(2));
    }

    /// <summary>The moves of the offshore rate from the close to an opening and of the price at it, in hundredths of a percent.</summary>
    private static IEnumerable<(double Offshore, double Price)> Openings()
    {
        var rates = TestPrices.GenerateRates(TestPrices.Seed).ToDictionary(bar => bar.Start + Bar, bar => bar.Rate);
        for (var day = new DateOnly(2025, 10, 14); day <= new DateOnly(2025, 11, 3); day = day.AddDays(1))
        {
            if (
                OnshoreCalendar.OpeningOn(day) is { } opening
                && Series.Generated.IndexNear(opening.AddMinutes(-5)) is >= 0 and var before
                && Series.Generated.IndexNear(opening.AddMinutes(20)) is >= 0 and var after
            )
            {
                yield return (
                    Math.Log(rates[opening] / rates[OnshoreCalendar.CloseBefore(day)]) * 1e4,
                    Math.Log(Series.Generated[after].Cny / Series.Generated[before].Cny) * 1e4
                );
            }
        }
    }

    private static PriceHistory Of(int seed) =>
        PriceHistory.FromPoints(TestPrices.Generate(seed).Select(price => new PricePoint(price.Time, price.Price)));

    /// <summary>In hundredths of a percent, over so many rows.</summary>
    private static List<double> Moves(int rows)
    {
        var prices = Series.Generated.Prices.ToArray();
        return [.. prices.Zip(prices.Skip(rows), (one, next) => Math.Log(next / one) * 1e4)];
    }
}
