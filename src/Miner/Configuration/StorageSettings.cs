namespace Bittbridge.Miner.Configuration;

/// <summary>Where the miner stores its state.</summary>
/// <param name="Location">A connection string, or the name of a storage account that is reached with a managed identity.</param>
/// <param name="TablePrefix">Prepended to every table's name, so that several miners can share an account; empty for none.</param>
public sealed record StorageSettings(string Location, string TablePrefix = "")
{
    /// <summary>The <see cref="Account"/> of an emulator.</summary>
    public const string Emulator = "Azurite";

    /// <summary>The account, for a message, without its key.</summary>
    public string Account => StorageLocation.Named(Location);

    /// <summary>Replaces the record's generated text, which would show the key.</summary>
    public override string ToString() => $"{Account}, prefix '{TablePrefix}'";
}
