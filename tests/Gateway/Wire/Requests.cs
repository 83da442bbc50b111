namespace Bittbridge.Gateway.Tests.Wire;

/// <summary>Requests as text, whose connection is not to be kept.</summary>
internal static class Requests
{
    public const string Body = """{"timestamp":"2026-11-22T14:40:44Z"}""";

    /// <summary>A challenge with headers of a test's own, each line whole.</summary>
    public static string Challenge(
        string target = "/Challenge",
        string body = Body,
        string method = "POST",
        params IReadOnlyList<string> headers
    ) =>
        $"{method} {target} HTTP/1.1\r\nHost: 203.0.113.7:8091\r\nConnection: "
        + $"close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}";
}
