using Bittbridge.Models;
using CsCheck;

namespace Bittbridge.Miner.Tests;

public sealed class PriceCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 4, 45, TimeSpan.Zero);

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-7.1)]
    [InlineData(0.0)]
    [InlineData(4.999)]
    [InlineData(10.001)]
    public void What_is_no_possible_price_is_refused_with_a_reason(double? cny)
    {
        var checkedPrices = Check([new(At(-1), cny, 1)]);

        Assert.Empty(checkedPrices.Accepted);
        Assert.Null(checkedPrices.HeldBack);
        Assert.Single(checkedPrices.Objections);
    }

    [Theory]
    [InlineData(PriceCheck.LowestCny)]
    [InlineData(PriceCheck.HighestCny)]
    public void The_bounds_themselves_are_possible_prices(double cny) => Assert.Equal([cny], Cny(Check([new(At(-1), cny)])));

    [Fact]
    public void A_price_from_the_future_is_refused_but_a_clock_may_be_two_minutes_ahead()
    {
        Assert.Empty(Check([new(Now + PriceCheck.Ahead + TimeSpan.FromMilliseconds(1), 7.1)]).Accepted);
        Assert.Single(Check([new(Now + PriceCheck.Ahead, 7.1)]).Accepted);
    }

    [Fact]
    public void A_single_price_is_believed_when_nothing_is_known() => Assert.Equal([9.5], Cny(Check([new(At(0), 9.5)])));

    [Fact]
    public void Prices_in_reverse_come_out_in_ascending_time() =>
        Assert.Equal([7.10, 7.11, 7.12], Cny(Check([new(At(-1), 7.12), new(At(-2), 7.11), new(At(-3), 7.10)])));

    [Fact]
    public void Of_two_prices_of_one_time_the_later_said_is_taken() =>
        Assert.Equal([7.12], Cny(Check([new(At(-1), 7.11), new(At(-1), 7.12)])));

    [Fact]
    public void Of_two_prices_of_one_time_an_impossible_one_does_not_displace_a_possible_one() =>
        Assert.Equal([7.11], Cny(Check([new(At(-1), 7.11), new(At(-1), null)])));

    [Theory]
    [InlineData(0.79)]
    [InlineData(1.21)]
    [InlineData(double.NaN)]
    [InlineData(-1.0)]
    public void A_USD_price_out_of_bounds_is_dropped_and_the_CNY_price_kept(double usd)
    {
        var point = Assert.Single(Check([new(At(-1), 7.1, usd)]).Accepted);
        Assert.Equal((7.1, null), (point.Cny, point.Usd));
    }

    [Fact]
    public void A_USD_price_in_bounds_is_kept() => Assert.Equal(0.9995, Assert.Single(Check([new(At(-1), 7.1, 0.9995)]).Accepted).Usd);

    [Theory]
    [InlineData(1.5)]
    [InlineData(0.78)]
    [InlineData(1.035)]
    [InlineData(0.965)]
    public void A_lone_jump_in_the_middle_of_a_chart_is_dropped(double factor)
    {
        foreach (var known in new[] { PriceHistory.Empty, Known(6.66) })
        {
            var checkedPrices = Check(Chart(6.66, 6.65, 6.66 * factor, 6.65, 6.66), known);

            Assert.Equal([6.66, 6.65, 6.65, 6.66], Cny(checkedPrices));
            Assert.Null(checkedPrices.HeldBack);
            Assert.Single(checkedPrices.Objections);
        }
    }

    [Theory]
    [InlineData(1.029)]
    [InlineData(0.971)]
    public void A_move_of_less_than_three_percent_is_no_jump(double factor) => Assert.Equal(3, Check(Chart(7, 7, 7 * factor), Known(7)).Accepted.Count);

    [Fact]
    public void A_jump_at_the_end_of_a_chart_is_held_back()
    {
        var checkedPrices = Check(Chart(7.10, 7.11, 7.12, 9.9));

        Assert.Equal([7.10, 7.11, 7.12], Cny(checkedPrices));
        Assert.Equal(new PricePoint(At(-1), 9.9), checkedPrices.HeldBack);
    }

    [Fact]
    public void A_broken_first_price_of_the_first_chart_is_told_by_the_median()
    {
        var checkedPrices = Check(Chart(9.9, 7.10, 7.11, 7.12));

        Assert.Equal([7.10, 7.11, 7.12], Cny(checkedPrices));
        Assert.Null(checkedPrices.HeldBack);
    }

    [Fact]
    public void A_second_look_that_agrees_brings_both_prices_in()
    {
        var held = new PricePoint(At(-2), 7.8, 1.01);
        var checkedPrices = Check([new(At(-1), 7.81)], Known(7.1), held);

        Assert.Equal([held, new PricePoint(At(-1), 7.81)], checkedPrices.Accepted);
        Assert.Null(checkedPrices.HeldBack);
        Assert.Empty(checkedPrices.Objections);
    }

    [Fact]
    public void A_second_look_that_jumps_elsewhere_is_held_back_in_place_of_the_first()
    {
        var checkedPrices = Check([new(At(-1), 8.9)], Known(7.1), new PricePoint(At(-2), 7.8));

        Assert.Empty(checkedPrices.Accepted);
        Assert.Equal(new PricePoint(At(-1), 8.9), checkedPrices.HeldBack);
    }

    [Fact]
    public void A_price_held_back_is_gone_when_the_next_is_back_where_the_others_were()
    {
        var checkedPrices = Check([new(At(-1), 7.11)], Known(7.1), new PricePoint(At(-2), 9.9));

        Assert.Equal([7.11], Cny(checkedPrices));
        Assert.Null(checkedPrices.HeldBack);
    }

    [Fact]
    public void The_same_instant_again_is_no_second_look()
    {
        var held = new PricePoint(At(-1), 7.8);
        var checkedPrices = Check([new(At(-1), 7.8)], Known(7.1), held);

        Assert.Empty(checkedPrices.Accepted);
        Assert.Equal(held, checkedPrices.HeldBack);
    }

    [Fact]
    public void A_good_price_of_the_same_instant_takes_the_place_of_the_one_held_back()
    {
        var heldBack = new PricePoint(At(-2), 7.8);
        var corrected = Check([new(At(-2), 7.1), new(At(-1), 7.8)], Known(7.1), heldBack);
        Assert.Equal([7.1], Cny(corrected));
        Assert.Equal(At(-1), corrected.HeldBack!.Value.Time);
    }

    [Fact]
    public void Older_prices_do_not_clear_one_that_is_held_back()
    {
        var held = new PricePoint(At(-1), 7.8);
        Assert.Equal(held, Check([new(At(-3), 7.1), new(At(-2), 7.1)], Known(7.1), held).HeldBack);
    }

    [Fact]
    public void A_look_without_any_price_leaves_what_is_held_back()
    {
        var held = new PricePoint(At(-1), 7.8);
        Assert.Equal(held, Check([], Known(7.1), held).HeldBack);
    }

    [Fact]
    public void A_real_move_is_believed_across_two_checks()
    {
        var known = Known(7.1);
        var first = Check([new(At(-2), 7.8)], known);
        var second = Check([new(At(-1), 7.79)], known.Merge(first.Accepted), first.HeldBack);
        var third = Check([new(At(0), 7.80)], known.Merge(first.Accepted).Merge(second.Accepted), second.HeldBack);

        Assert.Empty(first.Accepted);
        Assert.Equal([7.8, 7.79], Cny(second));
        Assert.Equal([7.80], Cny(third));
        Assert.Null(third.HeldBack);
    }

    [Fact]
    public void A_real_move_inside_a_chart_is_believed_whole() => Assert.Equal([7.1, 7.1, 7.8, 7.81, 7.8], Cny(Check(Chart(7.1, 7.1, 7.8, 7.81, 7.8))));

    [Fact]
    public void A_late_price_is_compared_with_what_was_known_before_it()
    {
        var known = PriceHistory.FromPoints([new(At(-9), 7.1), new(At(-2), 7.8)]);
        Assert.Equal([7.11], Cny(Check([new(At(-8), 7.11)], known)));
    }

    [Fact]
    public void Order_and_repetition_of_quotes_never_change_what_is_accepted()
    {
        var price = Gen.OneOf(Gen.Double[7.0, 7.2], Gen.Double[4, 11], Gen.Const(double.NaN));
        var quotes = Gen.Select(Gen.Int[-40, 2], price, Gen.Double[0.7, 1.3]).Select(q => new QuotedPrice(At(q.Item1), q.Item2, q.Item3));
        var anyOrder = quotes.Array[0, 30].Select(some => some.DistinctBy(quote => quote.Time).ToArray())
            .SelectMany(some => Gen.Select(Gen.Shuffle(some), Gen.Shuffle(some), Gen.Int[0, some.Length]).Select((one, other, again) => (One: one, Other: (QuotedPrice[])[.. other, .. one.Take(again)])));
        Gen.Select(anyOrder, Gen.Bool, Gen.Bool).Sample((orders, isKnown, isHeld) =>
        {
            var (known, held) = (isKnown ? Known(7.1) : PriceHistory.Empty, isHeld ? new PricePoint(At(-20), 7.8) : (PricePoint?)null);
            var (one, other) = (Check(orders.One, known, held), Check(orders.Other, known, held));
            return one.Accepted.SequenceEqual(other.Accepted) && one.HeldBack == other.HeldBack
                && one.Accepted.Zip(one.Accepted.Skip(1)).All(pair => pair.First.Time < pair.Second.Time)
                && one.Accepted.All(point => point.Cny is >= PriceCheck.LowestCny and <= PriceCheck.HighestCny && point.Time <= Now + PriceCheck.Ahead);
        });
    }

    private static DateTimeOffset At(int marksFromNow) => Now + (PriceMark.Step * marksFromNow);

    private static PriceHistory Known(double cny) => PriceHistory.FromPoints([new(At(-50), cny)]);

    /// <summary>Prices a step apart, the last of them a step before now.</summary>
    private static QuotedPrice[] Chart(params double[] cny) => [.. cny.Select((price, i) => new QuotedPrice(At(i - cny.Length), price))];

    private static CheckedPrices Check(IReadOnlyList<QuotedPrice> quotes, PriceHistory? known = null, PricePoint? heldBack = null) =>
        PriceCheck.Check(quotes, known ?? PriceHistory.Empty, heldBack, Now);

    private static IEnumerable<double> Cny(CheckedPrices prices) => prices.Accepted.Select(point => point.Cny);
}
