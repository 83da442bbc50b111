namespace Bittbridge.Models.Tests;

public sealed class PriceSlotTests
{
    [Theory]
    [InlineData("2026-11-23T10:04:45Z", "2026-11-23T10:05:00Z")]
    [InlineData("2026-11-23T10:05:00Z", "2026-11-23T10:05:00Z")]
    [InlineData("2026-11-23T10:07:29.999Z", "2026-11-23T10:05:00Z")]
    [InlineData("2026-11-23T10:07:30Z", "2026-11-23T10:10:00Z")]
    [InlineData("2026-11-23T23:58:00Z", "2026-11-24T00:00:00Z")]
    [InlineData("2026-11-23T18:04:45+08:00", "2026-11-23T10:05:00Z")]
    [InlineData("1969-12-31T23:56:00Z", "1969-12-31T23:55:00Z")]
    public void An_observation_belongs_to_the_nearest_mark(string observed, string slot) =>
        Assert.Equal(Time(slot), PriceSlot.NearestTo(Time(observed)).Time);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
