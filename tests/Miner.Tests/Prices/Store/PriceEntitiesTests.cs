using System.Globalization;
using Azure.Data.Tables;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Miner.Tests.Prices.Store;

/// <summary>Stored values are accepted within bounds only.</summary>
public sealed class PriceEntitiesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Polls since the month began.</summary>
    private const int Steps = ((22 * 24) + 12) * 12;

    [Fact]
    public void A_stored_price_far_from_all_others_is_left_out()
    {
        var good = Enumerable.Range(1, 287).Select(i => new PricePoint(Now - (i * PriceSlot.Step), 7.1 + (0.0001 * (i % 7)))).ToList();
        var entity = PriceEntities.From(
            new PriceSnapshot(PriceSeries.Real, "test", PriceHistory.FromPoints([.. good, new(Now, 9.9)]), new PollState())
        );
        Assert.Equal(PriceHistory.FromPoints(good).Points(), PriceEntities.ToSnapshot(PriceSeries.Real, entity, Now).History.Points());
    }

    private static readonly object?[] OddValues =
    [
        null,
        "",
        "text",
        "2026-11",
        "9999-99",
        0,
        -1,
        77,
        int.MaxValue,
        int.MinValue,
        long.MaxValue,
        2147483648L,
        double.NaN,
        1e300,
        true,
        Guid.Empty,
        new byte[23],
        new byte[240],
        DateTimeOffset.MinValue,
        DateTimeOffset.MaxValue,
        Now,
        Now.AddDays(300),
        Now.AddDays(-3),
    ];

    [Fact]
    public void A_wait_into_the_year_9999_is_ignored() =>
        Assert.Null(Read(("NotBefore", new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero))).NotBefore);

    [Fact]
    public void A_wait_of_an_hour_is_the_longest()
    {
        Assert.Equal(Now.AddHours(1), Read(("NotBefore", Now.AddHours(1))).NotBefore);
        Assert.Null(Read(("NotBefore", Now.AddHours(1).AddMilliseconds(1))).NotBefore);
    }

    [Fact]
    public void A_wait_that_a_clock_ahead_of_this_one_began_is_ignored()
    {
        Assert.Null(Read(("AskedAt", Now.AddMinutes(40)), ("NotBefore", Now.AddMinutes(50))).NotBefore);
        Assert.Equal(Now.AddMinutes(50), Read(("AskedAt", Now), ("NotBefore", Now.AddMinutes(50))).NotBefore);
    }

    public static TheoryData<object> WrongCounts => [2147483648L, int.MaxValue, int.MinValue, -1, "many", 1e300, (Steps * 12) + 101];

    [Theory]
    [MemberData(nameof(WrongCounts))]
    public void A_count_of_calls_that_can_not_be_becomes_that_of_the_polls_so_far(object count) =>
        Assert.Equal(Steps, Read(("Month", "2026-11"), ("CallsThisMonth", count)).CallsThisMonth);

    [Theory]
    [InlineData(0)]
    [InlineData(9_000)]
    [InlineData(CallQuota.Monthly)]
    public void A_count_of_calls_that_can_be_stays(int count) =>
        Assert.Equal(count, Read(("Month", "2026-11"), ("CallsThisMonth", count)).CallsThisMonth);

    [Fact]
    public void A_fault_of_another_version_keeps_its_words() =>
        Assert.Equal(new(PriceFault.Unknown, "it was odd"), Read(("LastFault", "Odd"), ("LastFailure", "it was odd")).LastFailure);

    [Fact]
    public void Random_properties_never_yield_a_poll_state_out_of_bounds()
    {
        var names = StoredNames();
        Gen.Select(Gen.Int[0, names.Length - 1].Select(i => names[i]), Gen.Int[0, OddValues.Length - 1].Select(i => OddValues[i]))
            .Array[1, 6]
            .Sample(changes =>
            {
                var snapshot = PriceEntities.ToSnapshot(PriceSeries.Real, Entity(changes), Now);
                var poll = snapshot.Poll;
                Assert.InRange(poll.CallsThisMonth, 0, CallQuota.Monthly * 8);
                Assert.InRange(poll.FailuresInARow, 0, 100_000);
                Assert.True(!(poll.NotBefore > Now + PollBackoff.MaxRetryAfter));
                Assert.Every(
                    new[] { poll.FetchedAt, poll.AskedAt, poll.GapFilledAt, poll.GapOpenSince, poll.Watch.MovedAt },
                    time => Assert.False(time > Now + PriceCheck.Ahead)
                );
                Assert.All(
                    snapshot.History.Points().Concat(poll.Watch.HeldBack),
                    point => Assert.InRange(point.Cny, PriceCheck.MinCny, PriceCheck.MaxCny)
                );
                Assert.True(
                    poll.Month.Length == 0
                        || DateTime.TryParseExact(poll.Month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                );
            });
    }

    [Fact]
    public void Random_bytes_of_held_back_prices_yield_at_most_one_price_per_slot()
    {
        var held = PackedPrices.Pack(
            PriceHistory.FromPoints(Enumerable.Range(1, 20).Select(i => new PricePoint(Now.AddMinutes(-5 * i), 7.5)))
        );
        ParserFuzzing.Run(
            [held],
            bytes =>
            {
                var points = Read(("HeldBack", bytes)).Watch.HeldBack;
                Assert.InRange(points.Count, 0, JumpWatch.Capacity);
                Assert.True(points.Zip(points.Skip(1)).All(pair => pair.First.Slot < pair.Second.Slot));
            }
        );
    }

    [Fact]
    public void A_row_of_the_history_is_held_to_the_same_bounds_and_to_its_key()
    {
        var point = new PricePoint(Now.AddMinutes(-5), 7.1, 1.01);
        TableEntity Row(string name, object? value) => new(PriceEntities.From(PriceSeries.Real, point, "coingecko")) { [name] = value };
        Assert.Equal(point, PriceEntities.ToPoint(Row("Source", "x"), Now));
        Assert.Equal(new PricePoint(point.Time, point.Cny), PriceEntities.ToPoint(Row("Usd", 10.0), Now));
        Assert.Every(
            new (string, object?)[]
            {
                ("Cny", 71.0),
                ("Cny", 1e300),
                ("Cny", -7.1),
                ("Cny", double.NaN),
                ("Cny", "7.1"),
                ("Cny", null),
                ("Time", Now.AddDays(300)),
                ("Time", Now.AddMinutes(-60)),
                ("Time", DateTimeOffset.MinValue),
                ("Time", DateTimeOffset.MaxValue),
                ("Time", "now"),
                ("Time", null),
            },
            change => Assert.Null(PriceEntities.ToPoint(Row(change.Item1, change.Item2), Now))
        );
    }

    private static string[] StoredNames() =>
        [
            .. PriceEntities
                .From(new(PriceSeries.Real, "coingecko", PriceHistory.Empty, new()))
                .Keys.Where(name => name is not ("PartitionKey" or "RowKey")),
        ];

    private static PollState Read(params (string Name, object? Value)[] properties) =>
        PriceEntities.ToSnapshot(PriceSeries.Real, Entity(properties), Now).Poll;

    private static TableEntity Entity(params (string Name, object? Value)[] properties)
    {
        var entity = PriceEntities.From(
            new(PriceSeries.Real, "coingecko", PriceHistory.FromPoints([new(Now, 7.1)]), new() { Month = "2026-11" })
        );
        foreach (var (name, value) in properties)
        {
            entity[name] = value;
        }

        return entity;
    }
}
