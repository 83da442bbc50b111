using Bittbridge.Bittensor;

namespace Bittbridge.Miner;

/// <summary>Reads a hotkey's address from the public file that the SDK keeps beside it. The file with the secret is never opened.</summary>
public static class WalletFolder
{
    /// <param name="folder">The folder of the wallets; null for the SDK's own, <c>~/.bittensor/wallets</c>.</param>
    /// <param name="wallet">The wallet's name; null for <c>default</c> when a hotkey is named.</param>
    /// <param name="hotkey">The hotkey's name; null for <c>default</c> when a wallet is named.</param>
    /// <returns>The ss58 address; null when neither a wallet nor a hotkey is named.</returns>
    /// <exception cref="SettingsException">There is no such file, or it holds no address.</exception>
    public static string? HotkeyAddress(string? folder, string? wallet, string? hotkey)
    {
        if (wallet is null && hotkey is null)
        {
            return null;
        }

        var wallets = folder ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".bittensor", "wallets");
        return HotkeyFile.TryReadAddress(HotkeyFile.PublicPath(wallets, wallet ?? "default", hotkey ?? "default"), out var address, out var problem)
            ? address.ToString()
            : throw new SettingsException($"{problem.TrimEnd('.')}: write the public file with 'btcli wallet regen-hotkeypub', or set Bittbridge__Hotkey to the address instead of naming a wallet.");
    }
}
