using System.Diagnostics.Metrics;
using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.Tests.Storage;

/// <summary>What is behind the setting is no storage.</summary>
public sealed class ForeignStorageTests
{
    /// <summary>For which the client library throws what is no failure of storage.</summary>
    private static readonly StorageSettings Unusable = new("no=account");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, "<html>Sign in</html>")]
    [InlineData(200, "[]")]
    [InlineData(200, "{}")]
    [InlineData(404, "{}")]
    public async Task An_answer_of_another_program_is_never_taken_for_one_of_storage(int status, string body)
    {
        await using var other = new StandInServer(status, body);
        StorageSettings settings = new(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;TableEndpoint={other.Url};BlobEndpoint={other.Url};"
        );
        var (tables, blobs) = (new MinerTables(settings), new MinerBlobs(settings).Models);
        var table = tables.ForRequests(MinerTables.Nonces);
        Func<Task>[] calls =
        [
            () => table.GetEntityIfExistsAsync<TableEntity>("a", "b", cancellationToken: Ct),
            () => table.QueryAsync<TableEntity>(cancellationToken: Ct).ToListAsync(Ct).AsTask(),
            () => table.AddEntityAsync(new TableEntity("a", "b"), Ct),
            () => table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("a", "b"))], Ct),
            () => tables.UseAsync(MinerTables.Prices, _ => Task.CompletedTask, Ct),
            () => blobs.ExistsAsync(Ct),
            () => blobs.GetBlobClient("a").DownloadContentAsync(Ct),
            () => blobs.GetBlobsAsync(cancellationToken: Ct).ToListAsync(Ct).AsTask(),
        ];
        foreach (var call in calls)
        {
            var exception = await Assert.ThrowsAnyAsync<Exception>(call);
            Assert.True(StorageFailures.IsUnavailable(exception), exception.ToString());
            Assert.Equal(
                $"storage is out of reach: what answered {status} at its address is not Azure Storage; check the setting "
                    + "Bittbridge:Storage",
                StorageFailures.InWords(exception)
            );
        }
    }

    [Fact]
    public async Task A_start_survives_an_unexpected_exception_of_the_first_connection()
    {
        await using var instance = new ReplayInstance(Unusable);
        using var warmUp = ActivatorUtilities.CreateInstance<NonceStoreWarmUp>(instance.Services);

        await warmUp.StartAsync(Ct);
        await warmUp.ExecuteTask!.WaitAsync(TimeSpan.FromMinutes(3), Ct);

        Assert.Equal(1, instance.Log.Count(3210));
    }

    [Fact]
    public async Task Counts_that_fail_unexpectedly_to_be_stored_are_tried_again_each_minute_and_at_the_stop()
    {
        var clock = new WatchedClock();
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var tally = new RequestTally(meters, clock);
        await tally.StartAsync(Ct);
        new MinerMetrics(meters, clock).Answered("answered", WireFormat.V10, default);
        CallerActivity activity = new(clock, NullLogger<CallerActivity>.Instance);
        using var counts = new InstanceCounts(tally, activity, new(Unusable), clock, loggers.CreateLogger<InstanceCounts>());

        await counts.StartAsync(Ct);
        await clock.WaitBeginsAsync(InstanceCounts.Interval);
        for (var minute = 1; minute <= 2; minute++)
        {
            clock.Advance(InstanceCounts.Interval);
            await Polling.UntilAsync(() => log.Count(4000) == minute);
        }

        Assert.False(counts.ExecuteTask!.IsCompleted);
        await counts.StopAsync(Ct);
        Assert.Equal(3, log.Count(4000));
    }
}
