using Bittbridge.Tools.Testing;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>
/// Table Storage for the tests of one assembly: the account that <see cref="TestRun.StorageVariable"/> names, or an emulator of their own.
/// </summary>
public sealed class TestStorage : IAsyncLifetime
{
    private StorageEmulator? _emulator;
    private string _connectionString = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(TestRun.StorageVariable) is { Length: > 0 } given)
        {
            _connectionString = given;
            return;
        }

        _emulator = await StorageEmulator.StartNewAsync(CancellationToken.None);
        _connectionString = _emulator.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_emulator is not null)
        {
            await _emulator.DisposeAsync();
        }
    }

    /// <summary>The account and a prefix for tables that no other test sees.</summary>
    public (string ConnectionString, string TablePrefix) New() => (_connectionString, "t" + Guid.NewGuid().ToString("N"));
}
