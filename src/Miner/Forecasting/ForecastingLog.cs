using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

internal static partial class ForecastingLog
{
    [LoggerMessage(2000, LogLevel.Warning, "The model {Model} gave no forecast ({Problem}); answered with the last price")]
    public static partial void FellBack(ILogger logger, ModelId model, string problem);

    [LoggerMessage(2001, LogLevel.Error, "The model {Model} threw an exception")]
    public static partial void ModelThrew(ILogger logger, Exception exception, ModelId model);

    [LoggerMessage(2002, LogLevel.Error, "The model {Model} could not be initialized")]
    public static partial void NotInitialized(ILogger logger, Exception? exception, ModelId model);

    [LoggerMessage(2003, LogLevel.Warning, "Could not store the forecast for {Slot}: {Problem}")]
    public static partial void NotRecorded(ILogger logger, DateTimeOffset slot, string problem);

    [LoggerMessage(
        2009,
        LogLevel.Warning,
        "Storage did not confirm the forecast for {Slot} within {Seconds} s; until a write succeeds, each request waits only {Further} s "
            + "for its own"
    )]
    public static partial void NotConfirmed(ILogger logger, DateTimeOffset slot, double seconds, double further);

    [LoggerMessage(2012, LogLevel.Error, "Could not store the forecast for {Slot}")]
    public static partial void RecordingFailed(ILogger logger, Exception exception, DateTimeOffset slot);

    [LoggerMessage(2013, LogLevel.Error, "The work after an answer failed")]
    public static partial void AfterAnswerFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        2014,
        LogLevel.Warning,
        "The miner stops before {Count} writes or shadow runs that followed answers have ended; forecasts may be missing in the "
            + "track record"
    )]
    public static partial void StopsUnfinished(ILogger logger, int count);

    [LoggerMessage(2007, LogLevel.Error, "{Problem} The model {Model} is active until the next start")]
    public static partial void NotLoaded(ILogger logger, string problem, ModelId model);

    [LoggerMessage(2008, LogLevel.Error, "Could not make an interval for the last price; answered with a fixed one")]
    public static partial void FallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(2004, LogLevel.Information, "Dropped {Count} recorded forecasts older than {Days} days")]
    public static partial void Pruned(ILogger logger, int count, int days);

    [LoggerMessage(
        2005,
        LogLevel.Error,
        "The circuit of the model {Model} opened after {Count} consecutive failures ({Problem}); answering with the last price for "
            + "{Minutes} minutes"
    )]
    public static partial void CircuitOpened(ILogger logger, ModelId model, int count, double minutes, string problem);

    [LoggerMessage(2006, LogLevel.Information, "The model {Model} answered again; its circuit is closed")]
    public static partial void CircuitClosed(ILogger logger, ModelId model);
}
