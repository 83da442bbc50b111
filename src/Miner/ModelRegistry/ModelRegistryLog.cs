using Bittbridge.Miner.Forecasting;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.ModelRegistry;

internal static partial class ModelRegistryLog
{
    [LoggerMessage(6000, LogLevel.Information, "The active model changed from {Previous} to {Current}")]
    public static partial void Changed(ILogger logger, ActiveModel previous, ActiveModel current);

    [LoggerMessage(6001, LogLevel.Error, "{Problem} {Model} stays active")]
    public static partial void Refused(ILogger logger, string problem, ModelId model);

    [LoggerMessage(6002, LogLevel.Warning, "Could not read the deployment ({Problem}); {Model} stays active")]
    public static partial void NotRead(ILogger logger, string problem, ModelId model);

    [LoggerMessage(6003, LogLevel.Error, "Loading {Model} threw an exception")]
    public static partial void LoadingThrew(ILogger logger, Exception exception, ModelId model);

    [LoggerMessage(6004, LogLevel.Warning, "The shadow {Model} gave no forecast: {Problem}")]
    public static partial void ShadowGaveNoForecast(ILogger logger, ModelId model, string problem);

    [LoggerMessage(6005, LogLevel.Error, "Refreshing the deployment failed; the next refresh tries again")]
    public static partial void RefreshFailed(ILogger logger, Exception exception);
}
