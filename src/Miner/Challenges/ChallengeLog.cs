using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Challenges;

internal static partial class ChallengeLog
{
    [LoggerMessage(3000, LogLevel.Information, "Answered {Caller} by {Model} from {Source} prices in {Ms:0.0} ms")]
    public static partial void Answered(ILogger logger, string caller, string model, string? source, double ms);

    [LoggerMessage(3001, LogLevel.Warning, "Answered {Caller} with null after {Ms:0.0} ms: {Reason}")]
    public static partial void AnsweredNull(ILogger logger, string caller, double ms, string? reason);

    [LoggerMessage(3002, LogLevel.Information, "Refused a request with {Status}: {Message}")]
    public static partial void Refused(ILogger logger, int status, string message);

    [LoggerMessage(3003, LogLevel.Error, "Unexpected failure #{Id}")]
    public static partial void Failed(ILogger logger, Exception exception, string id);

    [LoggerMessage(
        3007,
        LogLevel.Warning,
        "Validator {Caller} asks for forecasts {Offset}; this miner forecasts USDT/CNY 1 h ahead. Set Bittbridge:Netuid to the subnet "
            + "whose validators ask for that"
    )]
    public static partial void AskedForAnotherTask(ILogger logger, string caller, string offset);

    [LoggerMessage(3006, LogLevel.Information, "Refused {Count} more requests in that minute")]
    public static partial void RefusedMore(ILogger logger, int count);

    [LoggerMessage(3004, LogLevel.Warning, "Access is open: every caller that reaches the miner gets an answer, without a signature")]
    public static partial void SignaturesAreNotChecked(ILogger logger);

    [LoggerMessage(3005, LogLevel.Warning, "The setting {Name} is not known to this version and does nothing: {Remedy}")]
    public static partial void UnknownSetting(ILogger logger, string name, string remedy);

    [LoggerMessage(3008, LogLevel.Debug, "Answered {Method} {Path} with {Status}")]
    public static partial void Handled(ILogger logger, string method, string path, int status);
}
