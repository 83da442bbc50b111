using Bittbridge.Miner;
using Xunit;

namespace Bittbridge.Testing;

/// <summary>Table Storage for the tests of one assembly: the account that the environment names, or an emulator of their own.</summary>
public sealed class Azurite : IAsyncLifetime
{
    /// <summary>A connection string of the account to test against.</summary>
    public const string Variable = "BITTBRIDGE_TEST_STORAGE";

    private AzuriteProcess? _process;
    private string _location = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            _location = given;
            return;
        }

        _process = await AzuriteProcess.StartNewAsync(CancellationToken.None);
        _location = _process.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    /// <summary>Tables that no other test sees.</summary>
    public StorageSettings New() => new(_location, "t" + Guid.NewGuid().ToString("N"));
}
