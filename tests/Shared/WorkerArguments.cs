namespace Bittbridge.Testing;

/// <summary>How the host of Azure Functions starts a worker.</summary>
public static class WorkerArguments
{
    /// <param name="url">Where the host listens.</param>
    public static string[] Of(string url) =>
        [
            "--functions-uri",
            url,
            "--functions-worker-id",
            "1",
            "--functions-request-id",
            "2",
            "--functions-grpc-max-message-length",
            "134217728",
        ];
}
