using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Keys;

/// <summary>Looks into an address or a key file, and says what its owner should know. Never anything of a secret.</summary>
internal static class Inspection
{
    public static InspectionView Of(string text, bool isPublicKey)
    {
        if (!text.StartsWith("//", StringComparison.Ordinal) && File.Exists(text))
        {
            return OfFile(text);
        }

        return KeySource.TryRead(text, isPublicKey, out var address, out var problem)
            ? OfKey(address, file: null, [])
            : new(null, null, null, null, null, null, Usable: false, [problem]);
    }

    private static InspectionView OfFile(string path)
    {
        var summary = HotkeyFile.Examine(path);
        List<string> remarks = summary.Problem is null ? [] : [summary.Problem];
        if (summary is { Kind: HotkeyFileKind.Secret, Problem: null })
        {
            remarks.Add(
                "It holds the secret, in plain text, and the secret belongs to the address. A miner needs the address only: keep this "
                    + "file off it."
            );
        }

        if (
            summary.Kind is HotkeyFileKind.Secret or HotkeyFileKind.Encrypted
            && !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0
        )
        {
            remarks.Add("Others on this machine may read it: take that right away with chmod 600.");
        }

        var kind = summary.Kind.ToString().ToLowerInvariant();
        return summary.Address is { } address
            ? OfKey(address, kind, remarks) is var view && summary.Problem is null
                ? view
                : view with
                {
                    Usable = false,
                }
            : new(kind, null, null, null, null, null, Usable: false, remarks);
    }

    private static InspectionView OfKey(Ss58Address address, string? file, List<string> remarks)
    {
        var key = address.PublicKey;
        var development = DevelopmentNames.Of(key);
        if (key.IsZero)
        {
            remarks.Add("It is the all-zero key: anyone can sign for it, it belongs to nobody, and the miner refuses it.");
        }

        if (development is not null)
        {
            remarks.Add(
                $"It is {(development.Length > 0 ? $"the development key {development}" : "the key of the development phrase")}: "
                    + "everybody has its secret. Use it for trying things out only."
            );
        }

        if (address.Format != Ss58Address.BittensorFormat)
        {
            remarks.Add(
                $"It is written for another network than Bittensor (format {address.Format}, not {Ss58Address.BittensorFormat}); the "
                    + $"same key there is {new Ss58Address(key)}."
            );
        }

        return new(
            file,
            address.ToString(),
            address.Format,
            new Ss58Address(key).ToString(),
            key.ToString(),
            development,
            !key.IsZero,
            remarks
        );
    }
}
