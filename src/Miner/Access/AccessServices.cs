using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Access;

/// <summary>Registers access control: the validator list and the access policy.</summary>
internal static class AccessServices
{
    private const string Chain = "chain";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddLongLivedClient(Chain);
        return services
            .AddSingleton<CallerActivity>()
            .AddSingleton(provider => Endpoints(provider.GetRequiredService<MinerSettings>()))
            .AddSingleton(provider => new ChainClient(
                provider.GetRequiredService<ChainEndpoints>(),
                provider.GetRequiredService<IHttpClientFactory>().CreateClient(Chain),
                provider.GetRequiredService<TimeProvider>()
            ))
            .AddSingleton<IValidatorStore, TableValidatorStore>()
            .AddSingleton<KnownValidators>()
            .AddSingleton<ValidatorRefresh>()
            .AddSingleton<IHousekeepingTask>(provider => provider.GetRequiredService<ValidatorRefresh>())
            .AddSingleton(provider => new OwnAxon(
                provider.GetRequiredService<IHttpClientFactory>().CreateClient(Chain),
                provider.GetRequiredService<TimeProvider>()
            ))
            .AddSingleton<StandingRefresh>()
            .AddSingleton<IHousekeepingTask>(provider => provider.GetRequiredService<StandingRefresh>())
            .AddSingleton<ValidatorCache>()
            .AddSingleton<IAccessPolicy, SubnetAccess>()
            .AddHostedService<AccessWarmUp>();
    }

    private static ChainEndpoints Endpoints(MinerSettings settings) =>
        ChainEndpoints.TryParse(settings.Network, out var endpoints, out _)
            ? endpoints
            : throw new InvalidOperationException("The network was checked when the settings were read.");
}
