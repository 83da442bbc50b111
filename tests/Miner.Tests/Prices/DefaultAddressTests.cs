using System.Net;
using Bittbridge.Miner.Prices.Source;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices;

/// <summary>What is called when no setting names a base address.</summary>
public sealed class DefaultAddressTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly KeptAddress _called = new();
    private readonly HttpClient _http;

    public DefaultAddressTests() => _http = new(_called);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _called.Dispose();
    }

    [Fact]
    public async Task Prices_come_from_the_public_host_of_CoinGecko()
    {
        await new CoinGeckoSource(_http, new(), _clock).LatestAsync(mayRetry: false, Ct);
        Assert.Equal("https://api.coingecko.com/api/v3/simple/price", _called.Address?.GetLeftPart(UriPartial.Path));
    }

    [Fact]
    public async Task Rates_come_from_the_public_host_of_Twelve_Data()
    {
        await new TwelveDataSource(_http, new() { TwelveDataApiKey = "key" }, _clock).LatestAsync(TimeSpan.FromMinutes(30), Ct);
        Assert.Equal("https://api.twelvedata.com/time_series", _called.Address?.GetLeftPart(UriPartial.Path));
    }

    /// <summary>Keeps the address of a call, which goes nowhere.</summary>
    private sealed class KeptAddress : HttpMessageHandler
    {
        public Uri? Address { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
