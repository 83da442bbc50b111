using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Bittensor.Tests.Authentication;

public sealed class UnixNanosecondsTests
{
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 100)]
    [InlineData(10_000_000, 1_000_000_000)]
    public void A_tick_is_a_hundred_of_them_and_before_the_epoch_there_are_none(long ticks, long nanoseconds) =>
        Assert.Equal(nanoseconds, UnixNanoseconds.Of(DateTimeOffset.UnixEpoch.AddTicks(ticks)));

    [Theory]
    [InlineData(null, null)]
    [InlineData("bt_header_dendrite_hotkey", WireFormat.V10)]
    [InlineData("bt_header_dendrite_nonce", null)]
    public void A_request_claims_a_format_by_its_headers(string? header, WireFormat? format) =>
        Assert.Equal(format, new RequestHeaders(name => name == header ? ["x"] : []).Format);
}
