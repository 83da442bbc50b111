using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Miner.Configuration;

/// <summary>Reads a hotkey's address from its public file in the wallet. Never opens the file with the secret.</summary>
public static class WalletFolder
{
    /// <param name="name">The switch that names the wallet, for the problem.</param>
    /// <param name="folder">The folder of the wallets; null for the SDK's own, <c>~/.bittensor/wallets</c>.</param>
    /// <param name="wallet">The wallet's name; null for <c>default</c> when a hotkey is named.</param>
    /// <param name="hotkey">The hotkey's name; null for <c>default</c> when a wallet is named.</param>
    /// <param name="instead">How to give the address itself, for the problem.</param>
    /// <param name="address">The ss58 address; null when neither a wallet nor a hotkey is named.</param>
    /// <returns>The problem: the file is missing or has no address; null for none.</returns>
    public static SettingProblem? Read(string name, string? folder, string? wallet, string? hotkey, string instead, out string? address)
    {
        address = null;
        if (wallet is null && hotkey is null)
        {
            return null;
        }

        var path = HotkeyFile.PublicPath(HomePath.Expand(folder ?? "~/.bittensor/wallets"), wallet ?? "default", hotkey ?? "default");
        if (HotkeyFile.TryReadAddress(path, out var read, out var problem))
        {
            address = read.ToString();
            return null;
        }

        return new(
            name,
            $"{Shown.Value(wallet ?? "default")} with the hotkey {Shown.Value(hotkey ?? "default")}",
            $"write the public file with 'btcli wallet regen-hotkeypub', or {instead} instead of naming a wallet"
        )
        {
            Detail = $"whose public file can't be used ({problem.TrimEnd('.').Replace(path, Shown.Path(path), StringComparison.Ordinal)})",
        };
    }
}
