using Bittbridge.Models;
using Bittbridge.Onnx;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner;

/// <summary>Puts together which model answers: the program's own, the versions in storage, and the table that says which.</summary>
internal static class ServingServices
{
    public static IServiceCollection AddServing(this IServiceCollection services)
    {
        foreach (var loader in ModelLoaders.BuiltIn.Append(new OnnxLoader()))
        {
            services.AddSingleton(loader);
        }

        return services
            .AddSingleton<ConfiguredFolder>()
            .AddSingleton<ModelRegistry>()
            .AddSingleton<ModelLoaders>()
            .AddSingleton(provider => new MinerBlobs(provider.GetRequiredService<MinerSettings>().Storage))
            .AddSingleton<ModelVersionStore>()
            .AddSingleton<ServedChoiceTable>()
            .AddSingleton(provider => ConfiguredModel.Choose(provider.GetRequiredService<ModelRegistry>(), provider.GetRequiredService<ConfiguredFolder>(), provider.GetRequiredService<MinerSettings>()))
            .AddSingleton<Forecasters>()
            .AddSingleton<ModelLoading>()
            .AddSingleton<ModelFollower>()
            .AddSingleton<IModelsInService>(provider => provider.GetRequiredService<ModelFollower>())
            .AddSingleton<ForecastDesk>()
            .AddSingleton<ShadowRuns>()
            .AddSingleton<AfterAnswer>()
            .AddHostedService<ModelFollowing>();
    }
}
