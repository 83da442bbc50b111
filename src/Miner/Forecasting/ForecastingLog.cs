using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

internal static partial class ForecastingLog
{
    [LoggerMessage(2000, LogLevel.Warning, "The model {Model} gave no forecast ({Problem}); the last price answered instead")]
    public static partial void FellBack(ILogger logger, ModelId model, string problem);

    [LoggerMessage(2001, LogLevel.Error, "The model {Model} threw")]
    public static partial void ModelThrew(ILogger logger, Exception exception, ModelId model);

    [LoggerMessage(2002, LogLevel.Error, "The model {Model} could not be initialised")]
    public static partial void NotInitialised(ILogger logger, Exception? exception, ModelId model);

    [LoggerMessage(2003, LogLevel.Warning, "The forecast for {Slot} could not be recorded: {Problem}")]
    public static partial void NotRecorded(ILogger logger, DateTimeOffset slot, string problem);

    [LoggerMessage(2007, LogLevel.Error, "{Problem} Until the next start the model {Model} answers instead")]
    public static partial void NotLoaded(ILogger logger, string problem, ModelId model);

    [LoggerMessage(2008, LogLevel.Error, "No interval could be made for the last price; it answered with a fixed one")]
    public static partial void FallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(2004, LogLevel.Information, "Dropped {Count} recorded forecasts older than {Days} days")]
    public static partial void Pruned(ILogger logger, int count, int days);

    [LoggerMessage(
        2005,
        LogLevel.Error,
        "The model {Model} failed {Count} times in a row ({Problem}): the last price answers for {Minutes} minutes, "
            + "then it gets another trial"
    )]
    public static partial void Rests(ILogger logger, ModelId model, int count, double minutes, string problem);

    [LoggerMessage(2006, LogLevel.Information, "The model {Model} answers again")]
    public static partial void Recovered(ILogger logger, ModelId model);
}
