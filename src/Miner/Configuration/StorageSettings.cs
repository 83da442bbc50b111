using System.Text.RegularExpressions;

namespace Bittbridge.Miner.Configuration;

/// <summary>Where the miner stores its state.</summary>
/// <param name="Location">A connection string, or the name of a storage account that is reached with a managed identity.</param>
/// <param name="TablePrefix">Prepended to every table's name, so that several miners can share an account; empty for none.</param>
public sealed partial record StorageSettings(string Location, string TablePrefix = "")
{
    /// <summary>The <see cref="Account"/> of an emulator.</summary>
    public const string Emulator = "Azurite";

    /// <summary>The account, for a message, without its key.</summary>
    public string Account => StorageLocation.Named(Location);

    /// <summary>Replaces the record's generated text, which would show the key.</summary>
    public override string ToString() => $"{Account}, prefix '{TablePrefix}'";

    internal static StorageSettings Read(SettingValues values, bool development)
    {
        const string EmulatorLocation = "UseDevelopmentStorage=true";
        var prefix = values.Text(SettingNames.TablePrefix) ?? "";
        if (prefix.Length > 0 && !TablePrefixPattern().IsMatch(prefix))
        {
            values.Refuse(SettingNames.TablePrefix, prefix, "use 1 to 20 letters and digits, a letter first");
            prefix = "";
        }

        var before = values.Problems.Count;
        var location = values.Text(SettingNames.Storage);
        if (location is null && !development && values.Problems.Count == before)
        {
            values.Add(
                SettingNames.Storage,
                null,
                "set it to a storage account's name (reached with a managed identity) or to a connection string"
            );
        }
        else if (location is not null && StorageLocation.Problem(location) is var (value, remedy))
        {
            values.Add(SettingNames.Storage, value, remedy);
            location = null;
        }

        return new(location ?? EmulatorLocation, prefix);
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]{0,19}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TablePrefixPattern();
}
