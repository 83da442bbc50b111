using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models.Rates;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Prices.Store;

/// <summary>What the snapshot of the rates holds may be anything.</summary>
public sealed class TableRateStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 5, 0, TimeSpan.Zero);

    private static readonly RateHistory Rates = RateHistory.FromPoints(
        Enumerable.Range(0, 20).Select(i => new RatePoint(Now.AddMinutes(-5 * i), 7.1 + (i * 0.001)))
    );

    private static readonly RatePollState Poll = new()
    {
        AskedAt = Now.AddMinutes(-1),
        CallsThatDay = 12,
        FailuresInARow = 3,
        LastFailure = new(PriceFault.NoPrice, "Twelve Data answered without a rate") { IsOfRates = true },
        NotBefore = Now.AddMinutes(4),
    };

    [Fact]
    public void A_snapshot_is_read_as_it_was_written()
    {
        var read = TableRateStore.Snapshot(TableRateStore.Entity(Rates, Poll), Now);

        Assert.Equal(Rates.Points, read.Rates.Points);
        Assert.Equal(Poll, read.Poll);
    }

    [Fact]
    public void A_rate_that_can_not_be_costs_itself_alone()
    {
        var row = TableRateStore.Entity(Rates, Poll);
        var points = (byte[])row["Points"];
        points.AsSpan(0, 16).Fill(0xff);
        BitConverter.GetBytes(71.0).CopyTo(points, 24);
        BitConverter.GetBytes(Now.AddMinutes(3).ToUnixTimeMilliseconds()).CopyTo(points, 32);

        Assert.Equal(Rates.Points.Skip(3), TableRateStore.Snapshot(row, Now).Rates.Points);
    }

    [Fact]
    public void Whatever_a_row_holds_its_rates_and_the_state_of_its_polls_are_possible()
    {
        var row = TableRateStore.Entity(Rates, Poll);
        ParserFuzzing.Run(
            [.. DamagedRow.Corpus(row), new byte[48], []],
            bytes =>
            {
                foreach (var damaged in DamagedRow.Of(row, bytes))
                {
                    AssertPossible(TableRateStore.Snapshot(damaged, Now));
                }
            }
        );
    }

    private static void AssertPossible(RateSnapshot read)
    {
        Assert.All(
            read.Rates.Points,
            point =>
            {
                Assert.InRange(point.KnownAt, PriceBounds.Earliest, Now + PriceCheck.Ahead);
                Assert.InRange(point.Rate, PriceCheck.MinCny, PriceCheck.MaxCny);
            }
        );
        Assert.True(read.Rates.Points.Zip(read.Rates.Points.Skip(1)).All(pair => pair.First.KnownAt < pair.Second.KnownAt));
        Assert.False(read.Poll.AskedAt > Now + PriceCheck.Ahead);
        Assert.False(read.Poll.NotBefore > Now + PollBackoff.MaxRetryAfter);
        Assert.InRange(read.Poll.CallsThatDay, 0, 100_000);
        Assert.InRange(read.Poll.FailuresInARow, 0, 100_000);
        Assert.True(
            read.Poll.LastFailure is not { } failure
                || (Enum.IsDefined(failure.Fault) && failure.IsOfRates && failure.Detail.Length is > 0 and <= 500)
        );
    }
}
