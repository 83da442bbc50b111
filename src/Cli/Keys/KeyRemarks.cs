using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Keys;

/// <summary>What the owner of a key should know, a sentence each. Never anything of a secret.</summary>
internal static class KeyRemarks
{
    /// <param name="address">As it was given.</param>
    /// <param name="file">The file that it was read from; null for none.</param>
    /// <param name="path">The path of that file.</param>
    public static IReadOnlyList<string> Of(Ss58Address address, HotkeyFileSummary? file, string path)
    {
        List<string> remarks =
        [
            file?.Kind switch
            {
                null => "",
                HotkeyFileKind.Public => "The file is public: it holds an address without its secret.",
                HotkeyFileKind.Secret => "The file holds the secret, in plain text. A miner needs the address only: keep this file off it.",
                HotkeyFileKind.Encrypted => "The file holds the secret, encrypted: only its owner's password opens it.",
                _ => "",
            },
            file?.Problem ?? "",
        ];
        if (
            file?.Kind is HotkeyFileKind.Secret or HotkeyFileKind.Encrypted
            && !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0
        )
        {
            remarks.Add("Others on this machine may read the file: take that right away with chmod 600.");
        }

        if (address.PublicKey.IsZero)
        {
            remarks.Add("It is the all-zero key: anyone can sign for it, it belongs to nobody, and the miner refuses it.");
        }

        if (DevelopmentNames.Of(address.PublicKey) is { } development)
        {
            remarks.Add(
                $"It is {(development.Length > 0 ? $"the development key {development}" : "the key of the development phrase")}: "
                    + "everybody has its secret. Use it for trying things out only."
            );
        }

        if (address.Format != Ss58Address.BittensorFormat)
        {
            remarks.Add($"It was written for another network than Bittensor (format {address.Format}, not {Ss58Address.BittensorFormat}).");
        }

        return [.. remarks.Where(remark => remark.Length > 0)];
    }
}
