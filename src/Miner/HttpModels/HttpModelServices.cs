using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;
using Bittbridge.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.HttpModels;

/// <summary>Registers the model that the setting <c>Model</c> names by its URL.</summary>
internal static class HttpModelServices
{
    private const string Client = "model";

    public static IServiceCollection AddHttpModel(this IServiceCollection services, MinerSettings settings)
    {
        if (!HttpModelAddress.IsUrl(settings.Model) || !HttpModelAddress.TryParse(settings.Model, out var address, out _))
        {
            return services;
        }

        services.AddLongLivedClient(Client, handler => HttpModel.Configure(handler, address));
        return services.AddSingleton<IPredictionModel>(provider => new HttpModel(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(Client),
            address,
            settings.ModelToken,
            provider.GetRequiredService<ILogger<HttpModel>>()
        ));
    }
}
