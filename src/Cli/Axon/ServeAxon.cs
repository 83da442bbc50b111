using System.Net;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Axon;

/// <summary>
/// The call that puts a miner's address on the chain, as the owner types it: signed by the hotkey, so it is done where the hotkey's secret
/// is and never by the miner.
/// </summary>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">As the miner's setting <c>Network</c> has it.</param>
/// <param name="Ip">An IPv4 address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Wallet">The wallet's name; null when it is not known.</param>
/// <param name="Hotkey">The hotkey's name in it; null when it is not known.</param>
internal sealed record ServeAxon(ushort Netuid, string Network, IPAddress Ip, ushort Port, string? Wallet, string? Hotkey)
{
    private const string AnyWallet = "WALLET";
    private const string AnyHotkey = "HOTKEY";
    private const string AnyNode = "NODE_URL";

    /// <summary>Whether the node's URL is left for the user to fill in, since it may hold a key.</summary>
    public bool HidesNode => BtcliNetwork == AnyNode;

    /// <summary>Whether the names of wallet and hotkey are left for the user to fill in.</summary>
    public bool HasPlaceholders => Wallet is null;

    /// <summary>For the btcli of Bittensor 11.</summary>
    public string Bittensor11 =>
        $"btcli tx serve-axon --netuid {Netuid} --ip {Ip} --port {Port} -w {WalletName} -H {HotkeyName} -n {BtcliNetwork}";

    /// <summary>For btcli 9.17 and later, before Bittensor 11.</summary>
    public string Btcli9 =>
        $"btcli axon set --netuid {Netuid} --ip {Ip} --port {Port} --wallet-name {WalletName} --wallet-hotkey {HotkeyName} --network "
        + $"{BtcliNetwork}";

    private string WalletName => Quoted(Wallet ?? AnyWallet);

    private string HotkeyName => Quoted(Hotkey ?? (Wallet is null ? AnyHotkey : "default"));

    /// <summary>btcli takes a network by name, or one node by its websocket.</summary>
    private string BtcliNetwork
    {
        get
        {
            if (Network is "test" or "finney" or "local" || !ChainEndpoints.TryParse(Network, out var endpoints, out _))
            {
                return Network;
            }

            var url = endpoints.Urls.FirstOrDefault(url => url.Scheme is "ws" or "wss") ?? endpoints.Urls[0];
            if (Shown.Secret(url.OriginalString) is not null)
            {
                return AnyNode;
            }

            return Quoted(
                new UriBuilder(url)
                {
                    Scheme = url.Scheme is "https" or "wss" ? "wss" : "ws",
                    Port = url.IsDefaultPort ? -1 : url.Port,
                }.Uri.AbsoluteUri.TrimEnd('/')
            );
        }
    }

    private static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
