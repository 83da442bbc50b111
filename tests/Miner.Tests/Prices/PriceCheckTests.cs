using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Miner.Tests.Prices;

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
    public void An_impossible_price_is_rejected_with_a_reason(double? cny)
    {
        var checkedPrices = Check([new(At(-1), cny, 1)]);

        Assert.Empty(checkedPrices.Accepted);
        Assert.Empty(checkedPrices.Watch.HeldBack);
        Assert.Single(checkedPrices.Objections);
    }

    [Theory]
    [InlineData(5.0)]
    [InlineData(10.0)]
    public void The_bounds_themselves_are_possible_prices(double cny) => Assert.Equal([cny], Cny(Check([new(At(-1), cny)])));

    [Fact]
    public void A_price_from_the_future_is_refused_but_a_clock_may_be_two_minutes_ahead()
    {
        Assert.Empty(Check([new(Now.AddMinutes(2).AddMilliseconds(1), 7.1)]).Accepted);
        Assert.Single(Check([new(Now.AddMinutes(2), 7.1)]).Accepted);
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
    [InlineData(0.799)]
    [InlineData(1.201)]
    [InlineData(double.NaN)]
    [InlineData(-1.0)]
    public void A_USD_price_out_of_bounds_is_dropped_and_the_CNY_price_kept(double usd)
    {
        var point = Assert.Single(Check([new(At(-1), 7.1, usd)]).Accepted);
        Assert.Equal((7.1, null), (point.Cny, point.Usd));
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.9995)]
    [InlineData(1.2)]
    public void A_USD_price_in_bounds_is_kept(double usd) => Assert.Equal(usd, Assert.Single(Check([new(At(-1), 7.1, usd)]).Accepted).Usd);

    [Theory]
    [InlineData(1.5)]
    [InlineData(0.78)]
    [InlineData(1.035)]
    [InlineData(0.965)]
    [InlineData(1.006)]
    public void A_lone_jump_in_the_middle_of_a_chart_is_dropped(double factor)
    {
        foreach (var known in new[] { PriceHistory.Empty, Known(6.66) })
        {
            var checkedPrices = Check(Chart(6.66, 6.65, 6.66 * factor, 6.65, 6.66), known);

            Assert.Equal([6.66, 6.65, 6.65, 6.66], Cny(checkedPrices));
            Assert.Empty(checkedPrices.Watch.HeldBack);
            Assert.Single(checkedPrices.Objections);
        }
    }

    [Theory]
    [InlineData(5, 0.0049, 0.0051)]
    [InlineData(15, 0.0049, 0.0051)]
    [InlineData(30, 0.0099, 0.0101)]
    [InlineData(60, 0.0099, 0.0101)]
    [InlineData(120, 0.0199, 0.0201)]
    [InlineData(24 * 60, 0.0199, 0.0201)]
    [InlineData(30 * 60, 0.0299, 0.0301)]
    public void The_bound_grows_with_the_age_of_the_price_before(int minutes, double within, double beyond)
    {
        foreach (var sign in new[] { 1, -1 })
        {
            Assert.Single(Check([new(At(0), 7 * Math.Pow(1 + within, sign))], Known(7, minutes)).Accepted);
            Assert.Empty(Check([new(At(0), 7 * Math.Pow(1 + beyond, sign))], Known(7, minutes)).Accepted);
        }
    }

    [Fact]
    public void Prices_older_than_two_days_are_no_evidence() => Assert.Equal([9.0], Cny(Check([new(At(0), 9.0)], Known(7, 48 * 60 + 1))));

    [Fact]
    public void A_jump_at_the_end_of_a_chart_is_held_back()
    {
        var checkedPrices = Check(Chart(7.10, 7.11, 7.12, 9.9));

        Assert.Equal([7.10, 7.11, 7.12], Cny(checkedPrices));
        Assert.Equal([new PricePoint(At(-1), 9.9)], checkedPrices.Watch.HeldBack);
    }

    [Fact]
    public void A_broken_first_price_of_the_first_chart_is_detected_by_the_median()
    {
        var checkedPrices = Check(Chart(9.9, 7.10, 7.11, 7.12));

        Assert.Equal([7.10, 7.11, 7.12], Cny(checkedPrices));
        Assert.Empty(checkedPrices.Watch.HeldBack);
    }

    // A move of 1 % needs 4 looks, one of 2.5 % 7, one of 4.5 % 11, and one of 5 to 10 % twelve hours of them.
    [Theory]
    [InlineData(0.011, 4)]
    [InlineData(-0.011, 4)]
    [InlineData(0.026, 7)]
    [InlineData(0.046, 11)]
    [InlineData(0.0485, 11)]
    [InlineData(0.0515, 144)]
    [InlineData(-0.08, 144)]
    [InlineData(0.0985, 144)]
    public void The_larger_a_move_the_more_looks_it_needs_and_the_chart_is_its_witness(double move, int looks)
    {
        var live = new Feed();
        var price = 7.1 * (1 + move);
        for (var look = 1; look < looks; look++)
        {
            Assert.Empty(live.Poll(price + (look * 1e-6)).Accepted);
        }

        Assert.True(live.Poll(price).WantsChart);
        var confirmed = live.Poll(price, chart: price);
        Assert.Equal(looks + 1, confirmed.Accepted.Count);
        Assert.Empty(confirmed.Watch.HeldBack);
        Assert.Single(live.Poll(price * 1.001).Accepted);
    }

    [Fact]
    public void A_chart_that_shows_another_price_ends_the_move()
    {
        var live = new Feed();
        for (var look = 0; look < 6; look++)
        {
            live.Poll(7.1 * 1.02);
        }

        var denied = live.Poll(7.1 * 1.02, chart: 7.1);
        Assert.Empty(denied.Accepted);
        Assert.Single(denied.Watch.HeldBack);
        Assert.Equal(7.1, live.Believed, 1e-3);
    }

    [Fact]
    public void Without_a_chart_a_move_needs_twice_the_looks_and_a_far_one_never_does()
    {
        var live = new Feed();
        Assert.Equal(8, Enumerable.Range(1, 20).First(_ => live.Poll(7.1 * 1.011).Accepted.Count > 0));
        var far = new Feed();
        Assert.Every(Enumerable.Range(1, 400), _ => Assert.Empty(far.Poll(7.1 * 1.06).Accepted));
    }

    [Fact]
    public void A_price_that_returns_from_a_move_returns_by_the_same_rule()
    {
        var live = new Feed();
        for (var look = 0; look < 11; look++)
        {
            live.Poll(7.1 * 1.045, chart: 7.1 * 1.045);
        }

        Assert.Equal(7.1 * 1.045, live.Believed, 1e-9);
        for (var look = 0; look < 11; look++)
        {
            live.Poll(7.1, chart: 7.1);
        }

        Assert.Equal(7.1, live.Believed, 1e-9);
    }

    [Fact]
    public void A_move_of_25_percent_is_never_accepted()
    {
        var live = new Feed();
        Assert.Every(Enumerable.Range(0, 500), _ => Assert.Empty(live.Poll(7.1 * 1.25, chart: 7.1 * 1.25).Accepted));
        Assert.Equal(7.1, live.Believed, 1e-3);
    }

    [Theory]
    [InlineData(1.101)]
    [InlineData(1 / 1.101)]
    public void A_move_of_more_than_10_percent_is_never_accepted(double factor)
    {
        var live = new Feed();
        Assert.Every(Enumerable.Range(0, 500), _ => Assert.Empty(live.Poll(7.1 * factor, chart: 7.1 * factor).Accepted));
        Assert.Equal(7.1, live.Believed, 1e-3);
    }

    [Fact]
    public void A_second_look_that_jumps_elsewhere_is_held_back_in_place_of_the_first()
    {
        var live = new Feed();
        live.Poll(7.8);
        var second = live.Poll(8.9);
        Assert.Empty(second.Accepted);
        Assert.Equal([8.9], second.Watch.HeldBack.Select(held => held.Cny));
    }

    [Fact]
    public void A_price_held_back_is_gone_when_the_next_is_back_where_the_others_were()
    {
        var live = new Feed();
        live.Poll(9.9);
        var next = live.Poll(7.101);
        Assert.Equal([7.101], Cny(next));
        Assert.Empty(next.Watch.HeldBack);
    }

    [Fact]
    public void Many_points_within_one_mark_are_one_look()
    {
        var slot = PriceSlot.NearestTo(Now).Time;
        var crowd = Enumerable.Range(-120, 120).Select(second => new QuotedPrice(slot.AddSeconds(second), 7.8)).ToList();
        var checkedPrices = Check(crowd, Feed.Day(7.1, slot.AddMinutes(-5)), chart: crowd);
        Assert.Empty(checkedPrices.Accepted);
        Assert.Single(checkedPrices.Watch.HeldBack);
    }

    [Fact]
    public void Of_a_hundred_thousand_prices_the_newest_two_thousand_are_checked()
    {
        var quotes = Enumerable.Range(0, 100_000).Select(i => new QuotedPrice(Now.AddMilliseconds(-800 * i), 7.1)).ToList();
        var checkedPrices = Check(quotes, chart: quotes);
        Assert.Equal(2000, checkedPrices.Accepted.Count);
        Assert.Equal(Now, checkedPrices.Accepted[^1].Time);
        Assert.Contains("98000", Assert.Single(checkedPrices.Objections), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_chart_that_is_too_long_the_newest_prices_are_the_witness()
    {
        var held = new JumpWatch { HeldBack = [new(At(-3), 7.18), new(At(-2), 7.18), new(At(-1), 7.18)] };
        var chart = Enumerable.Range(0, 5000).Select(i => new QuotedPrice(At(-3).AddMilliseconds(180 * i), i < 3000 ? 7.1 : 7.18)).ToList();
        Assert.Equal(4, Check([new(At(0), 7.18)], Feed.Day(7.1, At(-4)), held, chart).Accepted.Count);
    }

    [Fact]
    public void Older_prices_do_not_clear_one_that_is_held_back()
    {
        var held = new JumpWatch { HeldBack = [new PricePoint(At(-1), 7.8)] };
        Assert.Equal(held, Check([new(At(-3), 7.1), new(At(-2), 7.1)], Known(7.1), held).Watch);
    }

    [Fact]
    public void A_look_without_any_price_leaves_what_is_held_back()
    {
        var held = new JumpWatch { HeldBack = [new PricePoint(At(-1), 7.8)], MovedAt = At(-90) };
        Assert.Equal(held, Check([], Known(7.1), held).Watch);
    }

    [Fact]
    public void A_first_price_that_was_wrong_does_not_keep_out_the_right_ones_for_long()
    {
        var live = new Feed(PriceHistory.FromPoints([new(Now.AddDays(-1), 9.5)]));
        live.Poll(7.1, chart: 7.1);
        live.Poll(7.1, chart: 7.1);
        Assert.Equal(3, live.Poll(7.1, chart: 7.1).Accepted.Count);
    }

    [Fact]
    public void A_real_move_inside_a_chart_is_believed_whole() =>
        Assert.Equal(
            60,
            Check(
                Chart([.. Enumerable.Repeat(7.1, 40), .. Enumerable.Repeat(7.25, 20)]),
                chart: Chart([.. Enumerable.Repeat(7.1, 40), .. Enumerable.Repeat(7.25, 20)])
            ).Accepted.Count
        );

    [Fact]
    public void A_late_price_is_compared_with_what_was_known_before_it()
    {
        var known = PriceHistory.FromPoints([new(At(-9), 7.1), new(At(-2), 7.8)]);
        Assert.Equal([7.11], Cny(Check([new(At(-8), 7.11)], known)));
    }

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public void Of_three_weeks_every_price_is_believed_as_it_comes_and_with_noise_twice_as_large(TestSeries series)
    {
        var weeks = PriceCsv.Read(TestPrices.PathOf(series), out _)!;
        foreach (var scale in new[] { 1.0, 2.0 })
        {
            var (known, watch, before) = (PriceHistory.Empty, JumpWatch.None, weeks[0].Cny);
            var level = before;
            foreach (var point in weeks)
            {
                (level, before) = (level + (scale * (point.Cny - before)), point.Cny);
                var one = PriceCheck.Check([new(point.Time, level)], known, watch, point.Time);
                Assert.True(one.Accepted.Count == 1 && one.Objections.Count == 0, string.Join(' ', one.Objections));
                (known, watch) = (known.Merge(one.Accepted).TakeLast(PriceSnapshot.Capacity), one.Watch);
            }
        }
    }

    /// <summary>The documented bounds for an attacker who controls every answer of CoinGecko, including the chart.</summary>
    [Fact]
    public void No_answer_of_CoinGecko_moves_the_accepted_price_further_than_documented()
    {
        // Each stretch: how many polls, what is added at each, and a jump at its start.
        var stretch = Gen.Select(Gen.Int[1, 40], Gen.Double[-0.03, 0.03], Gen.OneOf(Gen.Const(0.0), Gen.Double[-0.3, 0.3]), Gen.Bool);
        // Fewer polls than half of the median's two days. Three looks, the chart among the third, are enough for a move below 1 %.
        stretch
            .Array[1, 6]
            .Sample(
                stretches =>
                {
                    var live = new Feed();
                    var said = 7.1;
                    var polls = 0;
                    foreach (var (length, slope, jump, hasChart) in stretches)
                    {
                        said = Math.Clamp(said * (1 + jump), 4, 11);
                        for (var i = 0; i < length; i++, polls++)
                        {
                            said = Math.Clamp(said * (1 + (slope * 0.2)), 4, 11);
                            live.Poll(said, hasChart ? said : null);
                            var off = (Math.Max(live.Believed, 7.1) / Math.Min(live.Believed, 7.1)) - 1;
                            Assert.True(
                                off
                                    <= (
                                        polls < 2 ? 0.0051
                                        : polls < 3 ? 0.0101
                                        : polls < 143 ? 0.0501
                                        : 0.1001
                                    ),
                                $"{live.Believed} after {polls + 1} polls"
                            );
                        }
                    }
                },
                iter: 300
            );
    }

    [Theory]
    [InlineData(0.025, 0.005)]
    [InlineData(0.004, 0.02)]
    [InlineData(0.001, 0.0501)]
    [InlineData(0.0004, 0.0501)]
    public void Steps_in_one_direction_walk_off_no_farther_than_is_stated(double step, double farthest)
    {
        var live = new Feed();
        var said = 7.1;
        for (var poll = 0; poll < 280; poll++)
        {
            said = Math.Min(said * (1 + step), 9.9);
            live.Poll(said);
        }

        Assert.InRange((live.Believed / 7.1) - 1, 0, farthest);
    }

    [Fact]
    public void Order_and_repetition_of_quotes_never_change_what_is_accepted()
    {
        var price = Gen.OneOf(Gen.Double[7.0, 7.2], Gen.Double[4, 11], Gen.Const(double.NaN));
        var quotes = Gen.Select(Gen.Int[-40, 2], price, Gen.Double[0.7, 1.3]).Select(q => new QuotedPrice(At(q.Item1), q.Item2, q.Item3));
        var anyOrder = quotes
            .Array[0, 30]
            .Select(some => some.DistinctBy(quote => quote.Time).ToArray())
            .SelectMany(some =>
                Gen.Select(Gen.Shuffle(some), Gen.Shuffle(some), Gen.Int[0, some.Length])
                    .Select((one, other, again) => (One: one, Other: (QuotedPrice[])[.. other, .. one.Take(again)]))
            );
        Gen.Select(anyOrder, Gen.Bool, Gen.Bool)
            .Sample(
                (orders, isKnown, isHeld) =>
                {
                    var (known, held) = (
                        isKnown ? Known(7.1) : PriceHistory.Empty,
                        isHeld ? new JumpWatch { HeldBack = [new PricePoint(At(-20), 7.8)] } : JumpWatch.None
                    );
                    var (one, other) = (Check(orders.One, known, held), Check(orders.Other, known, held));
                    return one.Accepted.SequenceEqual(other.Accepted)
                        && one.Watch == other.Watch
                        && one.Accepted.Zip(one.Accepted.Skip(1)).All(pair => pair.First.Time < pair.Second.Time)
                        && one.Accepted.All(point => point.Cny is >= 5 and <= 10 && point.Time <= Now.AddMinutes(2));
                }
            );
    }

    private static DateTimeOffset At(int marksFromNow) => Now + (PriceSlot.Step * marksFromNow);

    private static PriceHistory Known(double cny, int minutesAgo = 250) => PriceHistory.FromPoints([new(Now.AddMinutes(-minutesAgo), cny)]);

    /// <summary>Prices a step apart, the last of them a step before now.</summary>
    private static QuotedPrice[] Chart(params double[] cny) => [.. cny.Select((price, i) => new QuotedPrice(At(i - cny.Length), price))];

    private static CheckedPrices Check(
        IReadOnlyList<QuotedPrice> quotes,
        PriceHistory? known = null,
        JumpWatch? watch = null,
        IReadOnlyList<QuotedPrice>? chart = null
    ) => PriceCheck.Check(quotes, known ?? PriceHistory.Empty, watch ?? JumpWatch.None, Now, chart);

    private static IEnumerable<double> Cny(CheckedPrices prices) => prices.Accepted.Select(point => point.Cny);

    /// <summary>Polls one after the other, each of which knows what the ones before it have believed.</summary>
    private sealed class Feed(PriceHistory? known = null)
    {
        private PriceHistory _known = known ?? Day(7.1, Now);
        private JumpWatch _watch = JumpWatch.None;
        private DateTimeOffset _time = Now;

        public double Believed => _known.Newest!.Value.Cny;

        /// <summary>Two quiet days.</summary>
        public static PriceHistory Day(double cny, DateTimeOffset until) =>
            PriceHistory.FromPoints(
                Enumerable.Range(0, 576).Select(i => new PricePoint(until - (i * PriceSlot.Step), cny + (i % 3 * 1e-4)))
            );

        /// <param name="cny">What CoinGecko says.</param>
        /// <param name="chart">What its chart shows for the last five hours; null for none.</param>
        public CheckedPrices Poll(double cny, double? chart = null)
        {
            _time += PriceSlot.Step;
            QuotedPrice[]? shown = chart is { } price
                ? [.. Enumerable.Range(0, 150).Select(i => new QuotedPrice(_time - (i * PriceSlot.Step), price))]
                : null;
            var one = PriceCheck.Check([new(_time, cny)], _known, _watch, _time, shown);
            (_known, _watch) = (_known.Merge(one.Accepted).TakeLast(PriceSnapshot.Capacity), one.Watch);
            return one;
        }
    }
}
