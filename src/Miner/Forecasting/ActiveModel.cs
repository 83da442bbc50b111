using Bittbridge.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>Finds the model that the settings name, by its name or as a folder. Where a folder can't be loaded the default answers, and the reason is told.</summary>
internal static class ActiveModel
{
    /// <exception cref="SettingsException">There is no model of that name.</exception>
    public static ForecastDesk Choose(IServiceProvider services)
    {
        var registry = services.GetRequiredService<ModelRegistry>();
        var settings = services.GetRequiredService<MinerSettings>();
        var folder = services.GetRequiredService<ConfiguredFolder>();
        var name = folder.Problem is null ? settings.Model : MinerSettings.DefaultModel;
        var model = folder.Model ?? registry.Find(name) ?? throw new SettingsException($"The setting Bittbridge:{SettingNames.Model} is '{name}': no model has that name, so set it to one of {string.Join(", ", registry.Names)}, or to the path of a folder with a model.json, such as ./my-model.");
        var logger = services.GetRequiredService<ILogger<ForecastDesk>>();
        if (folder.Problem is { } problem)
        {
            ForecastingLog.NotLoaded(logger, problem, model.Id);
        }

        return new(model, services.GetRequiredService<IIntervalEstimator>(), services.GetRequiredService<IPrices>(), services.GetRequiredService<TimeProvider>(), logger, settings.KeepsOwnIntervals) { Problem = folder.Problem };
    }
}
