using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Bittensor.Tests.Wire;

public sealed class DendriteEchoTests
{
    [Theory]
    [InlineData("!", true)]
    [InlineData("~", true)]
    [InlineData("a b", false)]
    [InlineData("a\u007f", false)]
    [InlineData("a\n", false)]
    [InlineData("é", false)]
    [InlineData("", false)]
    public void Only_a_value_that_a_header_may_have_comes_back(string value, bool comesBack) =>
        Assert.Equal(comesBack ? value : null, DendriteEcho.From(new(_ => [value])).Uuid);

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void A_longer_value_is_left_out(int length, bool comesBack) =>
        Assert.Equal(comesBack, DendriteEcho.From(new(_ => [new string('a', length)])).Nonce is not null);

    [Fact]
    public void A_value_that_came_twice_is_left_out() => Assert.Null(DendriteEcho.From(new(_ => ["a", "a"])).Uuid);

    [Fact]
    public void A_missing_lookup_is_refused() => Assert.Throws<ArgumentNullException>("lookup", () => new RequestHeaders(null!));

    [Fact]
    public void Missing_headers_are_refused() => Assert.Throws<ArgumentNullException>("headers", () => DendriteEcho.From(null!));

    [Fact]
    public void A_message_in_a_header_is_one_line_of_printable_ASCII()
    {
        var response = new SynapseResponse(
            "Challenge",
            new(400, "a\u007f~\u00e9\n b", TimeSpan.Zero, 1),
            new("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", "uuid"),
            DendriteEcho.None
        );

        Assert.Equal("a?~?? b", response.Headers().ToDictionary()["bt_header_axon_status_message"]);
    }
}
