using System.Globalization;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;

namespace Bittbridge.Miner.Tests.Prices.Store;

public sealed class PriceKeysTests
{
    [Fact]
    public void The_snapshot_is_in_the_partition_of_its_series()
    {
        Assert.Equal("snapshot", PriceKeys.Snapshot);
        Assert.Equal("tether-cny", PriceSeries.Real.Name);
        Assert.Equal("tether-cny-simulated", PriceSeries.Simulated.Name);
        Assert.Equal("tether-cny-recording", PriceSeries.Recording.Name);
    }

    [Theory]
    [InlineData("2026-11-23T10:04:45Z", "tether-cny-2026-11", "2026-11-23T10:05Z")]
    [InlineData("2026-11-23T10:02:29.999Z", "tether-cny-2026-11", "2026-11-23T10:00Z")]
    [InlineData("2026-11-30T23:57:29Z", "tether-cny-2026-11", "2026-11-30T23:55Z")]
    [InlineData("2026-11-30T23:58:00Z", "tether-cny-2026-12", "2026-12-01T00:00Z")]
    [InlineData("2026-12-31T23:59:59Z", "tether-cny-2027-01", "2027-01-01T00:00Z")]
    [InlineData("2026-12-01T07:58:00+08:00", "tether-cny-2026-12", "2026-12-01T00:00Z")]
    public void A_point_is_kept_under_the_month_and_the_minute_of_its_mark(string observed, string partition, string row)
    {
        var slot = PriceSlot.NearestTo(DateTimeOffset.Parse(observed, CultureInfo.InvariantCulture));
        Assert.Equal(partition, PriceKeys.Partition(PriceSeries.Real, slot));
        Assert.Equal(row, PriceKeys.Row(slot));
    }

    [Fact]
    public void The_keys_are_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            odd.DateTimeFormat.TimeSeparator = ".";
            odd.DateTimeFormat.DateSeparator = "_";
            CultureInfo.CurrentCulture = odd;
            var slot = PriceSlot.NearestTo(new(2026, 11, 23, 10, 5, 0, TimeSpan.Zero));
            Assert.Equal(("tether-cny-2026-11", "2026-11-23T10:05Z"), (PriceKeys.Partition(PriceSeries.Real, slot), PriceKeys.Row(slot)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
