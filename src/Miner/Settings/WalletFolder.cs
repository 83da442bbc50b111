using System.Text.Json;

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
        var file = Path.Combine(wallets, wallet ?? "default", "hotkeys", (hotkey ?? "default") + "pub.txt");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("ss58Address", out var address) && address.ValueKind == JsonValueKind.String)
            {
                return address.GetString();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingsException($"The hotkey's public file {file} can't be read: write it with 'btcli wallet regen-hotkeypub', or set Bittbridge__Hotkey to the address instead of naming a wallet.", exception);
        }

        throw new SettingsException($"The hotkey's public file {file} holds no ss58Address: write it again with 'btcli wallet regen-hotkeypub', or set Bittbridge__Hotkey to the address instead.");
    }
}
