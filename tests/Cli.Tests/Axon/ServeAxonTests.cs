using System.Net;
using Bittbridge.Cli.Axon;

namespace Bittbridge.Cli.Tests.Axon;

public sealed class ServeAxonTests
{
    [Fact]
    public void The_lines_are_those_of_both_btclis()
    {
        var call = new ServeAxon(420, "test", IPAddress.Parse("203.0.113.7"), 8091, "W", "H");

        Assert.Equal("btcli tx serve-axon --netuid 420 --ip 203.0.113.7 --port 8091 -w W -H H -n test", call.Bittensor11);
        Assert.Equal(
            "btcli axon set --netuid 420 --ip 203.0.113.7 --port 8091 --wallet-name W --wallet-hotkey H --network test",
            call.Btcli9
        );
        Assert.False(call.HasPlaceholders);
    }

    [Theory]
    [InlineData("finney", "finney")]
    [InlineData("http://127.0.0.1:9944", "ws://127.0.0.1:9944")]
    [InlineData("https://node.example", "wss://node.example")]
    [InlineData("https://node.example,wss://other.example:9944", "wss://other.example:9944")]
    [InlineData("wss://node.example/?key=a&b", "NODE_URL")]
    public void A_network_is_named_as_btcli_takes_it(string network, string expected)
    {
        var call = new ServeAxon(1, network, IPAddress.Parse("203.0.113.7"), 1, "W", null);

        Assert.EndsWith($" --wallet-hotkey default --network {expected}", call.Btcli9, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_a_shell_would_take_apart_is_quoted()
    {
        var call = new ServeAxon(1, "test", IPAddress.Parse("203.0.113.7"), 1, "my wallet", "it's");

        Assert.Contains(@"-w 'my wallet' -H 'it'\''s'", call.Bittensor11, StringComparison.Ordinal);
    }
}
