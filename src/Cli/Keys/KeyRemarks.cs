using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Keys;

/// <summary>Notes for the owner of a key, one sentence each, without secrets.</summary>
internal static class KeyRemarks
{
    /// <param name="address">The address as given.</param>
    /// <param name="file">The file that it was read from; null for none.</param>
    /// <param name="path">The path of that file.</param>
    public static IReadOnlyList<string> Of(Ss58Address address, HotkeyFileSummary? file, string path)
    {
        List<string> remarks =
        [
            file?.Kind switch
            {
                null => "",
                HotkeyFileKind.Public => "The file is public: it contains the address without the secret.",
                HotkeyFileKind.Secret =>
                    "The file contains the secret in plain text. A miner needs only the address: keep this file off its machine.",
                HotkeyFileKind.Encrypted => "The file contains the secret, encrypted with its owner's password.",
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
            remarks.Add("Other users of this machine can read the file: remove that permission with chmod 600.");
        }

        if (address.PublicKey.IsZero)
        {
            remarks.Add("It is the all-zero key: anyone can sign for it, so the miner refuses it.");
        }

        if (DevelopmentNames.Of(address.PublicKey) is { } development)
        {
            remarks.Add(
                $"It is {(development.Length > 0 ? $"the development key {development}" : "the key of the development phrase")}: "
                    + "its secret is public. Use it only for tests."
            );
        }

        if (address.Format != Ss58Address.BittensorFormat)
        {
            remarks.Add(
                $"It is in the format of another network than Bittensor (format {address.Format}, not {Ss58Address.BittensorFormat})."
            );
        }

        return [.. remarks.Where(remark => remark.Length > 0)];
    }
}
