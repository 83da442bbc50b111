using System.Diagnostics.CodeAnalysis;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Files;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Linear;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>Reads the trained linear model that the setting <c>LinearModel</c> names.</summary>
internal static class LinearModelFile
{
    /// <exception cref="SettingsException">The file can't be read or does not hold a linear model.</exception>
    public static IPredictionModel Read(string path) =>
        TryRead(path, out var model, out var problem) ? model : throw new SettingsException(problem);

    public static bool TryRead(
        string path,
        [NotNullWhen(true)] out IPredictionModel? model,
        [NotNullWhen(false)] out SettingProblem? problem
    )
    {
        (model, problem) = (null, null);
        var (name, shown) = (SettingNames.Full(SettingNames.LinearModel), Shown.PathValue(path));
        if (!UserFile.TryReadText(path, UserFile.MaxJsonBytes, out var json, out var file))
        {
            problem = new(name, shown, "set it to the path of a file that 'bittbridge fit' made") { Detail = $"which {file.What}" };
            return false;
        }

        if (LinearModelParameters.FromJson(json, out var why) is not { } parameters)
        {
            problem = new(name, shown, "make one with 'bittbridge fit'")
            {
                Detail = $"which does not hold a linear model ({why!.TrimEnd('.')})",
            };
            return false;
        }

        model = new LinearModel(parameters);
        return true;
    }
}
