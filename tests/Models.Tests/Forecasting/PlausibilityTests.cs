using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.Tests.Forecasting;

public sealed class PlausibilityTests
{
    private static readonly PriceHistory History = PriceHistory.FromPoints([new(DateTimeOffset.UnixEpoch, 7, 1)]);

    [Theory]
    [InlineData(7.34, null, null, null)]
    [InlineData(6.66, null, null, null)]
    [InlineData(7.36, null, null, "a price of 7.36 is too far from the last one, 7")]
    [InlineData(6.64, null, null, "a price of 6.64 is too far from the last one, 7")]
    [InlineData(7, 5.61, 8.39, null)]
    [InlineData(7, 5.59, 7.1, "an interval from 5.59 to 7.1 reaches too far from the last price, 7")]
    [InlineData(7, 6.9, 8.41, "an interval from 6.9 to 8.41 reaches too far from the last price, 7")]
    public void A_forecast_far_from_the_last_price_is_implausible(double price, double? lower, double? upper, string? objection)
    {
        PredictionInterval? interval = lower is null ? null : new(lower.Value, upper!.Value);
        Assert.Equal(objection, Plausibility.Objection(new(price, interval), History));
    }

    [Fact]
    public void Without_a_price_nothing_is_implausible() => Assert.Null(Plausibility.Objection(new(1), PriceHistory.Empty));
}
