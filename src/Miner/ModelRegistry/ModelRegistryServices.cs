using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Packages;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>Registers the models: the program's own, the versions in storage and the deployment table.</summary>
internal static class ModelRegistryServices
{
    public static IServiceCollection AddServing(this IServiceCollection services)
    {
        foreach (var loader in PackageReader.Loaders.All)
        {
            services.AddSingleton(loader);
        }

        return services
            .AddSingleton<IModelLoader>(provider => new ClassLoader(provider.GetRequiredService<MinerSettings>().ModelSigners, provider))
            .AddSingleton<ConfiguredFolder>()
            .AddSingleton<ModelCatalog>()
            .AddSingleton<ModelLoaders>()
            .AddSingleton(provider => new MinerBlobs(provider.GetRequiredService<MinerSettings>().Storage))
            .AddSingleton<ModelVersionStore>()
            .AddSingleton<DeploymentTable>()
            .AddSingleton(provider =>
                ConfiguredModel.Choose(
                    provider.GetRequiredService<ModelCatalog>(),
                    provider.GetRequiredService<ConfiguredFolder>(),
                    provider.GetRequiredService<MinerSettings>()
                )
            )
            .AddSingleton<Forecasters>()
            .AddSingleton<VersionLoader>()
            .AddSingleton<DeploymentWatcher>()
            .AddSingleton<IActiveModel>(provider => provider.GetRequiredService<DeploymentWatcher>())
            .AddSingleton<ForecastService>()
            .AddSingleton<ShadowRuns>()
            .AddSingleton<AfterAnswer>()
            .AddHostedService<DeploymentWatching>();
    }
}
