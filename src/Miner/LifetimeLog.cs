using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

internal static partial class LifetimeLog
{
    [LoggerMessage(
        5000,
        LogLevel.Information,
        "Bittbridge.Serverless {Version} starts: model {Model}, prices from {Source}, {Environment}"
    )]
    public static partial void Started(ILogger logger, string version, string model, string source, string environment);

    [LoggerMessage(5001, LogLevel.Warning, "The model {Model} threw an exception during cleanup")]
    public static partial void CleanupFailed(ILogger logger, Exception exception, ModelId model);

    [LoggerMessage(5002, LogLevel.Warning, "{Fault}: {Remedy}")]
    public static partial void DoubtfulSetting(ILogger logger, string fault, string remedy);

    [LoggerMessage(5003, LogLevel.Critical, "An unexpected exception ended the miner")]
    public static partial void Ended(ILogger logger, Exception exception);

    [LoggerMessage(5004, LogLevel.Warning, "The model {Model} did not finish its cleanup within {Seconds} s; the miner stops anyway")]
    public static partial void CleanupLate(ILogger logger, ModelId model, double seconds);
}
