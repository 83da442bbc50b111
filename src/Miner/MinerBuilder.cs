using System.Diagnostics.CodeAnalysis;
using Bittbridge.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner;

/// <summary>Adds a user's own parts to a miner.</summary>
public sealed class MinerBuilder(IServiceCollection services)
{
    public IServiceCollection Services { get; } = services;

    /// <summary>Adds a model, which the setting <c>Model</c> selects by its name. Its constructor may take any service.</summary>
    public MinerBuilder AddModel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TModel>()
        where TModel : class, IPredictionModel
    {
        Services.AddSingleton<IPredictionModel, TModel>();
        return this;
    }

    /// <summary>Adds a model that a function creates.</summary>
    public MinerBuilder AddModel(Func<IServiceProvider, IPredictionModel> create)
    {
        Services.AddSingleton(create);
        return this;
    }
}
