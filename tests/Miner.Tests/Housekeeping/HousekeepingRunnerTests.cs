using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Housekeeping;

public sealed class HousekeepingRunnerTests(TestStorage storage)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 7, 30, TimeSpan.Zero);

    [Fact]
    public async Task Forecasts_are_dropped_when_their_day_is_older_than_the_setting_says()
    {
        var ct = TestContext.Current.CancellationToken;
        var settings = new MinerSettings { Storage = storage.NewSettings(), ForecastRetentionDays = 30 };
        var log = new TableForecastLog(new(settings.Storage), TimeProvider.System, NullLogger<TableForecastLog>.Instance);
        foreach (var days in (int[])[0, 29, 30, 31, 32, 400])
        {
            await log.RecordAsync(
                new(PriceSeries.Real, new("m", "1"), Now.AddDays(-days), new(7.1), TimeSpan.Zero, ForecastRecord.Unverified),
                ct
            );
        }

        var pruning = new ForecastPruning(log, PriceSeries.Real, settings, new FakeTimeProvider(Now), NullLogger<ForecastPruning>.Instance);
        await new HousekeepingRunner([pruning], NullLogger<HousekeepingRunner>.Instance).RunAsync(ct);

        var left = new List<string>();
        await foreach (
            var row in new TableClient(settings.Storage.Location, settings.Storage.TablePrefix + "forecasts").QueryAsync<TableEntity>(
                cancellationToken: ct
            )
        )
        {
            left.Add(row.PartitionKey);
        }

        Assert.Equal(["tether-cny-2026-10-24", "tether-cny-2026-10-25", "tether-cny-2026-11-23"], left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_task_that_waits_for_the_chain_holds_up_no_other_and_the_run_ends_with_it()
    {
        var (chain, ran) = (new TaskCompletionSource(), new List<string>());
        var runner = new HousekeepingRunner(
            [new ScriptedTask("Chain", () => ran.Add("Chain"), chain.Task), new ScriptedTask("Pruning", () => ran.Add("Pruning"))],
            NullLogger<HousekeepingRunner>.Instance
        );

        var run = runner.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["Chain", "Pruning"], ran);
        Assert.False(run.IsCompleted);
        chain.SetResult();
        await run.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task When_a_task_fails_the_others_run_and_then_the_run_fails()
    {
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        var (failure, ran) = (new InvalidOperationException("a defect of the task"), new List<string>());
        var runner = new HousekeepingRunner(
            [
                new ScriptedTask("First", () => ran.Add("First")),
                new ScriptedTask("Second", () => throw failure),
                new ScriptedTask("Third", () => ran.Add("Third")),
            ],
            loggers.CreateLogger<HousekeepingRunner>()
        );

        var thrown = await Assert.ThrowsAsync<AggregateException>(() => runner.RunAsync(TestContext.Current.CancellationToken));

        Assert.Same(failure, Assert.Single(thrown.InnerExceptions));
        Assert.Equal(["First", "Third"], ran);
        Assert.Equal((4100, "Second failed; the next housekeeping run tries again"), Assert.Single(log.Lines));
    }
}
