using Bittbridge.Bittensor.Authentication;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Authentication;

/// <summary>Requests as a server sees them.</summary>
internal static class SignedRequests
{
    public static SignedRequest AsSigned(this RecordedRequest recorded) =>
        new(recorded.Method, recorded.Target, Headers(recorded.Headers), recorded.Body);

    /// <summary>Headers as a server finds them: names in any case, every value of a name.</summary>
    public static RequestHeaders Headers(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var all = headers.ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        return new(name => [.. all[name]]);
    }
}
