using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class NoncePruningTests(TestStorage storage)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 7, 30, TimeSpan.Zero);

    private readonly StorageSettings _settings = storage.NewSettings();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-11-23T12:07:30Z", "20261123T1005")]
    [InlineData("2026-11-23T12:06:04Z", "20261123T1005")]
    [InlineData("2026-11-23T12:06:03Z", "20261123T1000")]
    [InlineData("2026-11-24T00:00:00Z", "20261123T2155")]
    public void A_slice_is_kept_for_two_hours_and_64_seconds_after_its_end(string now, string firstKept) =>
        Assert.Equal(firstKept, NoncePruning.FirstKept(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public async Task Stale_slices_are_dropped_whole_and_all_others_are_kept()
    {
        await using var instance = new ReplayInstance(_settings, clock: new FakeTimeProvider(Now));
        foreach (var minutes in (int[])[0, 30, 122, 123, 128, 180, 1_440, 100_000])
        {
            await OldAsync(Now.AddMinutes(-minutes), 1);
        }

        await instance.Pruning.RunAsync(Ct);

        Assert.Equal(
            ["20261123T1005", "20261123T1135", "20261123T1205"],
            (await RowsAsync()).Select(row => row.PartitionKey).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal((1, 0), (instance.Log.Count(3205), instance.Log.Count(3206)));
    }

    [Fact]
    public async Task A_run_that_drops_nothing_says_nothing()
    {
        await OldAsync(Now, 1);
        await using var instance = new ReplayInstance(_settings, clock: new FakeTimeProvider(Now));
        await instance.Pruning.RunAsync(Ct);
        Assert.Single(await RowsAsync());
        Assert.Equal((0, 0), (instance.Log.Count(3205), instance.Log.Count(3206)));
    }

    [Fact]
    public async Task Slices_of_more_rows_than_a_batch_or_a_page_holds_are_dropped_too()
    {
        await OldAsync(Now.AddHours(-3), 1_150);
        await OldAsync(Now.AddHours(-4), 101);
        await using var instance = new ReplayInstance(_settings, clock: new FakeTimeProvider(Now));
        await instance.Pruning.RunAsync(Ct);
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_run_drops_no_more_than_its_share_and_the_next_goes_on()
    {
        await OldAsync(Now.AddHours(-3), 1_150);
        var table = Table();
        Assert.Equal(
            1_000,
            await TablePruning.DropAsync(table, "PartitionKey lt '2'", 0, Ct)
                + await TablePruning.DropAsync(table, "PartitionKey lt '3'", 500, Ct)
        );
        Assert.Equal(150, (await RowsAsync()).Count);
        Assert.Equal(150, await TablePruning.DropAsync(table, "PartitionKey lt '3'", 500, Ct));
    }

    [Fact]
    public async Task A_run_whose_time_is_over_logs_that_once_and_the_next_deletes_the_rest()
    {
        await OldAsync(Now.AddHours(-3), 1_150);
        await using var instance = new ReplayInstance(_settings, clock: new FakeTimeProvider(Now));
        var pruning = new NoncePruning(
            instance.Services.GetRequiredService<MinerTables>(),
            instance.Services.GetRequiredService<MinerSettings>(),
            instance.Clock,
            instance.Services.GetRequiredService<ILogger<NoncePruning>>()
        )
        {
            MaxTime = TimeSpan.Zero,
            RowsAtOnce = 1_000,
        };

        await pruning.RunAsync(Ct);

        var inPart = (3206, "Deleted 1000 nonces that can no longer be replayed; the next housekeeping run deletes the rest");
        Assert.Equal(150, (await RowsAsync()).Count);
        Assert.Equal([inPart], instance.Log.Lines);

        await pruning.RunAsync(Ct);

        Assert.Empty(await RowsAsync());
        Assert.Equal([inPart, (3205, "Deleted 150 nonces that can no longer be replayed")], instance.Log.Lines);
    }

    [Fact]
    public async Task Within_its_time_a_run_deletes_as_often_as_there_are_rows_left()
    {
        await OldAsync(Now.AddHours(-3), 1_150);
        await using var instance = new ReplayInstance(_settings, clock: new FakeTimeProvider(Now));
        var pruning = new NoncePruning(
            instance.Services.GetRequiredService<MinerTables>(),
            instance.Services.GetRequiredService<MinerSettings>(),
            instance.Clock,
            instance.Services.GetRequiredService<ILogger<NoncePruning>>()
        )
        {
            RowsAtOnce = 500,
        };

        await pruning.RunAsync(Ct);

        Assert.Empty(await RowsAsync());
        Assert.Equal([(3205, "Deleted 1150 nonces that can no longer be replayed")], instance.Log.Lines);
    }

    [Fact]
    public async Task A_run_of_the_miner_deletes_for_a_minute_at_most_in_steps_of_1_000_rows()
    {
        await using var instance = new ReplayInstance(_settings);
        var pruning = Assert.IsType<NoncePruning>(instance.Pruning);
        Assert.Equal((TimeSpan.FromMinutes(1), 1_000), (pruning.MaxTime, pruning.RowsAtOnce));
    }

    [Fact]
    public async Task Two_instances_that_prune_at_once_do_not_fail_each_other()
    {
        MutationRun.SkipSlow();
        await OldAsync(Now.AddHours(-3), 900);
        await using var one = new ReplayInstance(_settings, clock: new FakeTimeProvider(Now));
        await using var other = new ReplayInstance(_settings, clock: new FakeTimeProvider(Now));
        await Task.WhenAll(one.Pruning.RunAsync(Ct), other.Pruning.RunAsync(Ct), one.Pruning.RunAsync(Ct));
        Assert.Empty(await RowsAsync());
    }

    /// <summary>
    /// One clock that prunes is right and one is more than an hour fast; the nonces are the oldest and the newest that are fresh, at the
    /// turn of a slice too.
    /// </summary>
    [Fact]
    public async Task Pruning_at_full_speed_beside_accepting_loses_nothing_fresh()
    {
        MutationRun.SkipSlow();
        var atTheTurn = new DateTimeOffset(2026, 11, 23, 12, 5, 1, TimeSpan.Zero);
        await OldAsync(atTheTurn.AddHours(-3), 1_500);
        await OldAsync(atTheTurn.AddHours(-30), 600);
        await using var one = new ReplayInstance(_settings, ReplayMode.Strict, new FakeTimeProvider(atTheTurn));
        await using var other = new ReplayInstance(_settings, ReplayMode.Strict, new FakeTimeProvider(atTheTurn));
        await using var fast = new ReplayInstance(_settings, ReplayMode.Strict, new FakeTimeProvider(atTheTurn.AddMinutes(65)));
        var callers = Enumerable.Range(0, 400).Select(i => one.Signed(ahead: TimeSpan.FromSeconds((i % 79) - 64 + 0.5))).ToList();

        using var enough = new CancellationTokenSource();
        var pruning = Task.WhenAll(
            ((ReplayInstance[])[one, fast]).Select(async instance =>
            {
                var runs = 0;
                for (; !enough.IsCancellationRequested || runs == 0; runs++)
                {
                    await instance.Pruning.RunAsync(Ct);
                }

                return runs;
            })
        );
        foreach (var some in callers.Chunk(20))
        {
            Assert.Every(await Task.WhenAll(some.Select(caller => one.TakeAsync(caller))), status => Assert.Equal(200, status));
        }

        await enough.CancelAsync();
        Assert.Every(await pruning, runs => Assert.True(runs > 0));
        Assert.Every(await Task.WhenAll(callers.Select(caller => other.TakeAsync(caller))), status => Assert.Equal(401, status));
        Assert.Equal(
            callers.Select(caller => ReplayKey.Of(caller).Hash).Order(StringComparer.Ordinal),
            (await RowsAsync()).Select(row => row.RowKey).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Rows as taken requests leave them.</summary>
    private async Task OldAsync(DateTimeOffset time, int count)
    {
        var table = Table();
        await table.CreateIfNotExistsAsync(Ct);
        var slice = ReplayKey.SliceOf(UnixNanoseconds.Of(time));
        foreach (var batch in Enumerable.Range(0, count).Chunk(100))
        {
            await table.SubmitTransactionAsync(
                batch.Select(_ => new TableTransactionAction(
                    TableTransactionActionType.Add,
                    new TableEntity(slice, Guid.NewGuid().ToString()) { ["Attempt"] = Guid.NewGuid() }
                )),
                Ct
            );
        }
    }

    private TableClient Table() => new(_settings.Location, _settings.TablePrefix + "nonces");

    private async Task<IReadOnlyList<TableEntity>> RowsAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var entity in Table().QueryAsync<TableEntity>(cancellationToken: Ct))
        {
            rows.Add(entity);
        }

        return rows;
    }
}
