using Bittbridge.Bittensor.Authentication;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Authentication;

/// <summary>Requests as a server sees them.</summary>
internal static class SignedRequests
{
    public static SignedRequest AsSigned(this RecordedRequest recorded) =>
        new(recorded.Method, recorded.Target, Lookup(recorded.Headers), recorded.Body);

    /// <summary>A lookup as a server gives it: names in any case, every value of a name.</summary>
    public static HeaderLookup Lookup(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var all = headers.ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        return name => [.. all[name]];
    }
}
