using Azure.Data.Tables;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Tests.Storage;

public sealed class MinerTablesTests
{
    /// <summary>The client library names the timeout that ended the request, however late a busy machine notices it.</summary>
    [Fact]
    public async Task A_request_gives_silent_storage_up_after_three_seconds_and_does_not_try_again()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var silent = new SilentStorage();
        var table = new MinerTables(silent.Settings).ForRequests(MinerTables.TrackRecord);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() =>
            table.GetEntityIfExistsAsync<TableEntity>("a", "b", cancellationToken: ct).WaitAsync(TimeSpan.FromMinutes(1), ct)
        );

        Assert.Contains("exceeded the configured timeout of 0:00:03. ", exception.Message, StringComparison.Ordinal);
        Assert.True(StorageFailures.IsUnavailable(exception), exception.ToString());
        Assert.Equal(1, silent.Connections);
    }
}
