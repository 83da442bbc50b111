using Bittbridge.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner;

/// <summary>Adds to a miner what its user brings.</summary>
public sealed class MinerBuilder(IServiceCollection services)
{
    public IServiceCollection Services { get; } = services;

    /// <summary>Adds a model; the setting <c>Model</c> picks it by its name. Its constructor may ask for any service.</summary>
    public MinerBuilder AddModel<TModel>()
        where TModel : class, IPredictionModel
    {
        Services.AddSingleton<IPredictionModel, TModel>();
        return this;
    }
}
