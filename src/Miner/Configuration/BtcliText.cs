using Bittbridge.Bittensor.Chain;

namespace Bittbridge.Miner.Configuration;

/// <summary>Commands of btcli that the owner of the wallet runs; the miner has no secret to run them with.</summary>
public static class BtcliText
{
    /// <summary>Stands for the URL of a node that may contain a key.</summary>
    public const string AnyNode = "NODE_URL";

    /// <summary>
    /// The value of the option <c>-n</c>: the name of a network or the WebSocket URL of one node. Without it btcli acts on the main
    /// network.
    /// </summary>
    /// <param name="network">The value of the setting <c>Network</c>.</param>
    public static string Network(string network)
    {
        if (network is "test" or "finney" or "local" || !ChainEndpoints.TryParse(network, out var endpoints, out _))
        {
            return network;
        }

        var url = endpoints.Urls.FirstOrDefault(url => url.Scheme is "ws" or "wss") ?? endpoints.Urls[0];
        return Shown.Secret(url.OriginalString) is not null
            ? AnyNode
            : ShellText.Quoted(
                new UriBuilder(url)
                {
                    Scheme = url.Scheme is "https" or "wss" ? "wss" : "ws",
                    Port = url.IsDefaultPort ? -1 : url.Port,
                }.Uri.AbsoluteUri.TrimEnd('/')
            );
    }

    /// <summary>Registers the hotkey in a subnet, for the btcli of Bittensor 11.</summary>
    /// <param name="netuid">The subnet.</param>
    /// <param name="network">The value of the setting <c>Network</c>.</param>
    public static string Register(int netuid, string network) =>
        $"btcli tx burned-register --netuid {netuid} -w WALLET -H HOTKEY -n {Network(network)}";
}
