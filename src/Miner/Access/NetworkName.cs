using System.Security.Cryptography;
using System.Text;
using Bittbridge.Bittensor.Chain;

namespace Bittbridge.Miner.Access;

/// <summary>
/// The network that a stored list belongs to. URLs are replaced by their hash, because a URL may contain a key.
/// </summary>
internal static class NetworkName
{
    /// <param name="network">The setting, valid.</param>
    /// <param name="endpoints">The endpoints of that setting.</param>
    public static string Of(string network, ChainEndpoints endpoints)
    {
        if (network.Trim() is "test" or "finney" or "local")
        {
            return network.Trim();
        }

        // The order of the URLs does not matter.
        var urls = string.Join(',', endpoints.Urls.Select(url => url.AbsoluteUri).Order(StringComparer.Ordinal));
        return "urls-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(urls)).AsSpan(0, 8));
    }
}
