using Bittbridge.Bittensor.Chain;

namespace Bittbridge.Bittensor.Tests.Chain;

public sealed class ChainEndpointsTests
{
    [Theory]
    [InlineData("test", "https://test.finney.opentensor.ai/", "wss://test.finney.opentensor.ai/")]
    [InlineData("finney", "https://entrypoint-finney.opentensor.ai/", "wss://entrypoint-finney.opentensor.ai/")]
    [InlineData("local", "http://127.0.0.1:9944/", "ws://127.0.0.1:9944/")]
    [InlineData("wss://node.example:444/path", "wss://node.example:444/path")]
    public void A_network_is_named_or_given_by_url_and_has_one_node(string text, params string[] urls)
    {
        Assert.True(ChainEndpoints.TryParse(text, out var endpoints, out var problem), problem);
        Assert.Equal(urls, endpoints.Urls.Select(url => url.AbsoluteUri));
        Assert.Equal(endpoints.Urls, Assert.Single(endpoints.Nodes));
    }

    [Fact]
    public void Several_urls_are_asked_in_their_order()
    {
        Assert.True(ChainEndpoints.TryParse("http://a, wss://b ,", out var endpoints, out _));
        Assert.Equal(["http://a/", "wss://b/"], endpoints.Urls.Select(url => url.AbsoluteUri));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("tset")]
    [InlineData("ftp://node")]
    [InlineData("http://a,node")]
    public void What_is_no_network_is_refused_with_a_remedy(string? text)
    {
        Assert.False(ChainEndpoints.TryParse(text, out _, out var problem));
        Assert.Contains("test, finney, local", problem, StringComparison.Ordinal);
    }
}
