using System.Net.Http.Headers;

namespace Bittbridge.Cli;

/// <summary>How commands call a running miner as its operator.</summary>
internal static class RunningMiner
{
    /// <param name="url">The address of the miner.</param>
    /// <param name="timeout">The timeout of a call.</param>
    /// <param name="maxSize">The maximum size of a response, in bytes.</param>
    public static HttpClient Client(Uri url, TimeSpan timeout, long maxSize) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !url.IsLoopback })
        {
            Timeout = timeout,
            MaxResponseContentBufferSize = maxSize,
        };

    /// <summary>A request to a route for the operator.</summary>
    /// <param name="url">The address of the miner.</param>
    /// <param name="target">The route and its query.</param>
    /// <param name="operatorToken">The setting <c>Operator:Token</c>; null if it is not set.</param>
    public static HttpRequestMessage OperatorRequest(Uri url, string target, string? operatorToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, target));

        // The token must not leave this machine unencrypted.
        if (operatorToken is not null && (url.IsLoopback || url.Scheme == Uri.UriSchemeHttps))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", operatorToken);
        }

        return request;
    }
}
