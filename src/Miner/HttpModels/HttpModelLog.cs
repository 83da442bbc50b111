using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.HttpModels;

internal static partial class HttpModelLog
{
    [LoggerMessage(
        2010,
        LogLevel.Warning,
        "The model {Model} is not there ({Problem}); the last price is the answer until it is, and every challenge asks again"
    )]
    public static partial void NotReached(ILogger logger, ModelId model, string problem);

    [LoggerMessage(2011, LogLevel.Information, "The model {Model} at {Server} answers again")]
    public static partial void Reached(ILogger logger, ModelId model, string server);
}
