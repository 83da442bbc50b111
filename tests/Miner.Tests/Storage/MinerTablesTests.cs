using System.Diagnostics;
using Azure.Data.Tables;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Tests.Storage;

public sealed class MinerTablesTests
{
    /// <summary>In real time, since the client library has a clock of its own.</summary>
    [Fact]
    public async Task A_request_gives_silent_storage_up_after_three_seconds_and_does_not_try_again()
    {
        var ct = TestContext.Current.CancellationToken;
        Assert.Equal(TimeSpan.FromSeconds(3), MinerTables.RequestTimeout);
        await using var silent = new SilentStorage();
        var began = Stopwatch.GetTimestamp();
        var table = new MinerTables(silent.Settings).ForRequests(MinerTables.TrackRecord);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() =>
            table.GetEntityIfExistsAsync<TableEntity>("a", "b", cancellationToken: ct).WaitAsync(TimeSpan.FromSeconds(30), ct)
        );

        // In the background a try has ten seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(9));
        Assert.True(StorageFailures.IsUnavailable(exception), exception.ToString());
        Assert.Equal(1, silent.Connections);
    }
}
