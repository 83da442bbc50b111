using System.Net.Sockets;
using Azure;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Storage;

/// <summary>Identifies exceptions that mean storage is unavailable.</summary>
public static class StorageFailures
{
    /// <summary>
    /// Whether storage, or the connection to it, failed. Includes every cancellation, so check the caller's own token first.
    /// </summary>
    public static bool IsUnavailable(Exception exception) =>
        exception
            is RequestFailedException
                or OperationCanceledException
                or IOException
                or HttpRequestException
                or SocketException
                or Azure.Identity.AuthenticationFailedException
        || (exception is AggregateException several && several.InnerExceptions.All(IsUnavailable));

    /// <summary>The failure in one line, without the headers that Azure's messages contain.</summary>
    public static string InWords(Exception exception) =>
        exception switch
        {
            AggregateException { InnerExceptions: [.., var last] } => InWords(last),
            RequestFailedException { Status: > 0 } failed => $"storage answered {failed.Status} {failed.ErrorCode}".TrimEnd(),
            OperationCanceledException => "storage did not answer in time",
            Azure.Identity.AuthenticationFailedException => "storage is out of reach: " + Shown.FirstLine(exception),
            _ => $"storage is out of reach: {Shown.FirstLine(exception)}; check the setting "
                + $"{SettingNames.Full(SettingNames.Storage)}",
        };
}
