using System.Security.Cryptography;
using System.Text;
using Bittbridge.Bittensor.Chain;

namespace Bittbridge.Miner.Access;

/// <summary>
/// Which network a stored list is of. A network that is set as URLs goes by their hash, since a URL may hold somebody's key.
/// </summary>
internal static class NetworkName
{
    /// <param name="network">The setting, valid.</param>
    /// <param name="endpoints">What it stands for.</param>
    public static string Of(string network, ChainEndpoints endpoints)
    {
        if (network.Trim() is "test" or "finney" or "local")
        {
            return network.Trim();
        }

        // In any order they are the same network.
        var urls = string.Join(',', endpoints.Urls.Select(url => url.AbsoluteUri).Order(StringComparer.Ordinal));
        return "urls-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(urls)).AsSpan(0, 8));
    }
}
