using Bittbridge.Testing;

namespace Bittbridge.Models.Tests;

/// <summary>The generated prices have the character of the real ones, whose figures are in the comments.</summary>
public sealed class TestPricesTests
{
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

    private static PriceHistory Of(int seed) =>
        PriceHistory.FromPoints(TestPrices.Generate(seed).Select(price => new PricePoint(price.Time, price.Price)));

    /// <summary>In hundredths of a percent, over so many rows.</summary>
    private static List<double> Moves(int rows)
    {
        var prices = Series.Generated.Prices.ToArray();
        return [.. prices.Zip(prices.Skip(rows), (one, next) => Math.Log(next / one) * 1e4)];
    }
}
