using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
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
}
