using System.Net.Http.Headers;

namespace Bittbridge.Cli;

/// <summary>How commands ask a running miner as its operator.</summary>
internal static class RunningMiner
{
    /// <param name="url">Where the miner runs.</param>
    /// <param name="timeout">How long an answer is waited for.</param>
    /// <param name="maxSize">The largest answer that is read, in bytes.</param>
    public static HttpClient Client(Uri url, TimeSpan timeout, long maxSize) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !url.IsLoopback })
        {
            Timeout = timeout,
            MaxResponseContentBufferSize = maxSize,
        };

    /// <summary>A request for a route of the operator.</summary>
    /// <param name="url">Where the miner runs.</param>
    /// <param name="target">The route and its query.</param>
    /// <param name="operatorToken">The setting <c>Operator:Token</c>; null where there is none.</param>
    public static HttpRequestMessage OperatorRequest(Uri url, string target, string? operatorToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, target));

        // In the clear the token must not leave this machine.
        if (operatorToken is not null && (url.IsLoopback || url.Scheme == Uri.UriSchemeHttps))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", operatorToken);
        }

        return request;
    }
}
