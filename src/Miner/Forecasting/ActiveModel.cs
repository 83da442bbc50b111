using Bittbridge.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>Finds the model that the settings name.</summary>
internal static class ActiveModel
{
    /// <exception cref="SettingsException">There is no model of that name.</exception>
    public static ForecastDesk Choose(IServiceProvider services)
    {
        var registry = services.GetRequiredService<ModelRegistry>();
        var settings = services.GetRequiredService<MinerSettings>();
        var name = settings.Model;
        var model = registry.Find(name) ?? throw new SettingsException($"The setting Bittbridge:{SettingNames.Model} is '{name}': no model has that name, so set it to one of {string.Join(", ", registry.Names)}.");
        return new(model, services.GetRequiredService<IIntervalEstimator>(), services.GetRequiredService<IPrices>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ForecastDesk>>(), settings.KeepsOwnIntervals);
    }
}
