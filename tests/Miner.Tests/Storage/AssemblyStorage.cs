using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;

[assembly: AssemblyFixture(typeof(TestStorage))]

namespace Bittbridge.Miner.Tests.Storage;

internal static class AssemblyStorage
{
    /// <summary>Tables that no other test sees.</summary>
    public static StorageSettings NewSettings(this TestStorage storage)
    {
        var (connectionString, tablePrefix) = storage.New();
        return new(connectionString, tablePrefix);
    }

    /// <summary>The same tables, seen through another address.</summary>
    public static StorageSettings Through(this StorageSettings settings, FaultyStorage storage) =>
        settings with
        {
            Location = storage.ConnectionString,
        };
}
