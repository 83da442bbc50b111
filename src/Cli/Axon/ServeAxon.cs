using System.Net;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Axon;

/// <summary>
/// The btcli command that registers a miner's address on the chain. The hotkey signs it, so the owner runs it where the hotkey's secret is;
/// the miner never does.
/// </summary>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">The value of the miner's setting <c>Network</c>.</param>
/// <param name="Ip">An IPv4 address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Wallet">The wallet's name; null if unknown.</param>
/// <param name="Hotkey">The hotkey's name in the wallet; null if unknown.</param>
internal sealed record ServeAxon(ushort Netuid, string Network, IPAddress Ip, ushort Port, string? Wallet, string? Hotkey)
{
    private const string AnyWallet = "WALLET";
    private const string AnyHotkey = "HOTKEY";

    /// <summary>Whether the user must fill in the node's URL, because it may contain a key.</summary>
    public bool HidesNode => BtcliNetwork == BtcliText.AnyNode;

    /// <summary>Whether the user must fill in the names of wallet and hotkey.</summary>
    public bool HasPlaceholders => Wallet is null;

    /// <summary>For the btcli of Bittensor 11.</summary>
    public string Bittensor11 =>
        $"btcli tx serve-axon --netuid {Netuid} --ip {Ip} --port {Port} -w {WalletName} -H {HotkeyName} -n {BtcliNetwork}";

    /// <summary>For btcli 9.17 and later, before Bittensor 11.</summary>
    public string Btcli9 =>
        $"btcli axon set --netuid {Netuid} --ip {Ip} --port {Port} --wallet-name {WalletName} --wallet-hotkey {HotkeyName} --network "
        + $"{BtcliNetwork}";

    private string WalletName => ShellText.Quoted(Wallet ?? AnyWallet);

    private string HotkeyName => ShellText.Quoted(Hotkey ?? (Wallet is null ? AnyHotkey : "default"));

    private string BtcliNetwork => BtcliText.Network(Network);
}
