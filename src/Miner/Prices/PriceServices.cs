using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Offshore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Prices;

/// <summary>Registers the prices: source, store, polling and the reader.</summary>
internal static class PriceServices
{
    public static IServiceCollection AddPrices(this IServiceCollection services)
    {
        services
            .AddLongLivedClient(PriceSettings.CoinGecko)
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
            .AddSingleton<ScheduledPoll>()
            .AddSingleton<IPrices, PriceReader>();
    }

    /// <summary>Registers the offshore rate and the model that uses it, if there is a source; otherwise nothing.</summary>
    public static IServiceCollection AddRates(this IServiceCollection services, PriceSettings settings)
    {
        if (!settings.HasRates)
        {
            return services;
        }

        services
            .AddLongLivedClient("twelvedata")
            .AddTypedClient((client, provider) => new TwelveDataSource(client, settings, provider.GetRequiredService<TimeProvider>()));
        services.AddHealthChecks().AddCheck<RatesHealth>("rates", HealthStatus.Degraded);
        return services
            .AddSingleton<IRateSource>(provider => provider.GetRequiredService<TwelveDataSource>())
            .AddSingleton<TableRateStore>()
            .AddSingleton<RateRefresh>()
            .AddSingleton<RateReader>()
            .AddHostedService(provider => provider.GetRequiredService<RateReader>())
            .AddSingleton<IPredictionModel>(provider =>
            {
                var (inner, rates) = (
                    BuiltInModels.Create().Single(model => model.Id.Name == BuiltInModels.Default),
                    provider.GetRequiredService<RateReader>()
                );
                return OffshoreOpeningModel.Of(inner, () => rates.Rates);
            });
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
