using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>Reads the trained linear model that the setting <c>LinearModel</c> names.</summary>
internal static class LinearModelFile
{
    /// <exception cref="SettingsException">The file can't be read, or holds no linear model.</exception>
    public static IPredictionModel Read(string path)
    {
        try
        {
            return LinearModelParameters.FromJson(File.ReadAllText(path), out var problem) is { } parameters
                ? new LinearModel(parameters)
                : throw SettingValues.Unusable(SettingNames.LinearModel, path, $"it holds no linear model ({problem}), so make one with 'bittbridge fit'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SettingValues.Unusable(SettingNames.LinearModel, path, $"it can't be read ({exception.Message.TrimEnd('.')}), so name a file that can");
        }
    }
}
