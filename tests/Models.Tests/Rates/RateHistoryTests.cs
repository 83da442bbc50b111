using Bittbridge.Models.Rates;

namespace Bittbridge.Models.Tests.Rates;

public sealed class RateHistoryTests
{
    private static readonly DateTimeOffset Start = new(2025, 10, 14, 0, 0, 0, TimeSpan.Zero);
    private static readonly RateHistory Rates = RateHistory.FromPoints([
        new(Start.AddMinutes(60), 7.12),
        new(Start, 7.10),
        new(Start.AddMinutes(30), 7.11),
    ]);

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, 7.10)]
    [InlineData(29, 7.10)]
    [InlineData(30, 7.11)]
    [InlineData(60, 7.12)]
    [InlineData(120, 7.12)]
    [InlineData(121, null)]
    public void The_newest_rate_that_was_known_counts_unless_it_is_too_old(int minutes, double? expected) =>
        Assert.Equal(expected, Rates.At(Start.AddMinutes(minutes), TimeSpan.FromHours(1)));

    [Fact]
    public void Without_rates_there_is_none() => Assert.Null(RateHistory.Empty.At(Start, TimeSpan.MaxValue / 2));

    [Theory]
    [InlineData(0)]
    [InlineData(-7.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_no_rate_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RatePoint(Start, rate));
}
