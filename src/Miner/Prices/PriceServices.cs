using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Prices;

/// <summary>Registers the prices: source, store, polling and the reader.</summary>
internal static class PriceServices
{
    public static IServiceCollection AddPrices(this IServiceCollection services)
    {
        // The client lives as long as the process, so its handler renews connections itself.
        services
            .AddHttpClient(PriceSettings.CoinGecko)
            .UseSocketsHttpHandler(
                (handler, _) =>
                    (handler.PooledConnectionLifetime, handler.ConnectTimeout, handler.AllowAutoRedirect) = (
                        TimeSpan.FromMinutes(15),
                        TimeSpan.FromSeconds(5),
                        false
                    )
            )
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .AddTypedClient(
                (client, provider) =>
                    new CoinGeckoSource(
                        client,
                        provider.GetRequiredService<MinerSettings>().Prices,
                        provider.GetRequiredService<TimeProvider>()
                    )
            );
        return services
            .AddSingleton(provider => new MinerTables(provider.GetRequiredService<MinerSettings>().Storage))
            .AddSingleton<IPriceSource>(Source)
            .AddSingleton(provider => provider.GetRequiredService<IPriceSource>().Series)
            .AddSingleton<IPriceStore, TablePriceStore>()
            .AddSingleton<PriceRefresh>()
            .AddSingleton<LatePoll>()
            .AddSingleton<IPrices, PriceReader>();
    }

    private static IPriceSource Source(IServiceProvider services)
    {
        var (settings, clock) = (services.GetRequiredService<MinerSettings>().Prices, services.GetRequiredService<TimeProvider>());
        return settings.Source switch
        {
            PriceSettings.CoinGecko => services.GetRequiredService<CoinGeckoSource>(),
            PriceSettings.Simulated => new SimulatedSource(clock),
            var path => new RecordedSource(PlaybackPrices.Read(path), clock),
        };
    }
}
