using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>The model that the settings name.</summary>
/// <param name="Initial">One of the program's own models: the one that the setting names or, until a version from storage or a folder is
/// loaded, the default.</param>
/// <param name="Stored">The version from storage that the setting names; null if it names one of the program's own models.</param>
/// <param name="IsPinned">Whether to ignore the model that was activated in the table.</param>
/// <param name="Folder">The folder that the setting names; null if it names a model.</param>
public sealed record ConfiguredModel(IPredictionModel Initial, ModelId? Stored, bool IsPinned, ConfiguredFolder? Folder = null)
{
    /// <summary>The model to use if the setting does not name a folder.</summary>
    public ModelId Wanted => Stored ?? Initial.Id;

    /// <exception cref="SettingsException">There is no model of that name.</exception>
    public static ConfiguredModel Choose(ModelCatalog registry, ConfiguredFolder folder, MinerSettings settings)
    {
        if (folder.Path is not null)
        {
            return new(
                registry.Find(MinerSettings.DefaultModel) ?? throw Unknown(registry, MinerSettings.DefaultModel),
                null,
                false,
                folder
            );
        }

        if (
            HttpModelAddress.IsUrl(settings.Model)
            && HttpModelAddress.TryParse(settings.Model, out var address, out _)
            && registry.Find(address.Id.Name) is { } remote
        )
        {
            return new(remote, null, false);
        }

        var choice = ModelChoice.TryParse(settings.Model, out var parsed) ? parsed : new ModelChoice(settings.Model, null, false);
        var own = registry.Find(choice.Name);
        if (choice.Version is null)
        {
            return new(own ?? throw Unknown(registry, settings.Model), null, false);
        }

        return own?.Id.Version == choice.Version
            ? new(own, null, choice.IsPinned)
            : new(
                registry.Find(MinerSettings.DefaultModel) ?? throw Unknown(registry, MinerSettings.DefaultModel),
                new(choice.Name, choice.Version),
                choice.IsPinned
            );
    }

    private static SettingsException Unknown(ModelCatalog registry, string name) =>
        new(
            new SettingProblem(
                SettingNames.Full(SettingNames.Model),
                Shown.Value(name),
                $"no model has that name, so set it to one of {string.Join(", ", registry.Names)}, to name@version for one that was "
                    + "pushed, to the path of a folder with a model.json, such as ./my-model, or to the URL of a model"
            )
        );
}
