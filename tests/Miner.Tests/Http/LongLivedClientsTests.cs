using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Miner.Prices;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Http;

public sealed class LongLivedClientsTests
{
    [Theory]
    [InlineData("chain", 5000)]
    [InlineData("coingecko", 5000)]
    [InlineData("model", 400)]
    public void A_client_limits_the_wait_for_a_connection_renews_it_after_15_minutes_and_follows_no_redirect(string name, int milliseconds)
    {
        var settings = new MinerSettings { Storage = new("minerstore"), Model = "http://192.0.2.1:9000/" };
        using var services = new ServiceCollection().AddAccess().AddPrices().AddHttpModel(settings).BuildServiceProvider();
        var handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        while (handler is DelegatingHandler outer)
        {
            handler = outer.InnerHandler;
        }

        var sockets = Assert.IsType<SocketsHttpHandler>(handler);
        Assert.Equal(
            (TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromMinutes(15), false),
            (sockets.ConnectTimeout, sockets.PooledConnectionLifetime, sockets.AllowAutoRedirect)
        );
    }
}
