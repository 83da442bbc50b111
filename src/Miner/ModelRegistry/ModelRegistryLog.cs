using Bittbridge.Miner.Forecasting;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.ModelRegistry;

internal static partial class ModelRegistryLog
{
    [LoggerMessage(6000, LogLevel.Information, "Serves {Serving} from now on; before, {Before}")]
    public static partial void Changed(ILogger logger, ActiveModel serving, ActiveModel before);

    [LoggerMessage(6001, LogLevel.Error, "{Problem} {Model} goes on")]
    public static partial void Refused(ILogger logger, string problem, ModelId model);

    [LoggerMessage(6002, LogLevel.Warning, "Which model to serve could not be looked up ({Problem}); {Model} goes on")]
    public static partial void NotRead(ILogger logger, string problem, ModelId model);

    [LoggerMessage(6003, LogLevel.Error, "{Model} threw while it was loaded")]
    public static partial void LoadingThrew(ILogger logger, Exception exception, ModelId model);

    [LoggerMessage(6004, LogLevel.Warning, "The shadow {Model} gave no forecast: {Problem}")]
    public static partial void ShadowGaveNone(ILogger logger, ModelId model, string problem);

    [LoggerMessage(6005, LogLevel.Error, "The look for another model failed; the next look tries again")]
    public static partial void LookFailed(ILogger logger, Exception exception);
}
