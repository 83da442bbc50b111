using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Testing;
using static Bittbridge.Miner.Tests.ModelRegistry.Packages;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>Two running miners on one account, by the clock on the wall.</summary>
public sealed class DeployedVersionTests(TestStorage storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_running_miner_follows_and_the_version_is_in_its_health_and_its_records()
    {
        var (connectionString, prefix) = storage.New();
        prefix = prefix[..20];
        var settings = new (string, string)[] { ("Bittbridge:Storage", connectionString), ("Bittbridge:TablePrefix", prefix) };
        var (log, otherLog) = (new RememberedForecasts(), new RememberedForecasts());
        await using var one = await RunningMiner.StartAsync(FixedPrices.Until(TimeProvider.System.GetUtcNow()), log, null, settings);
        await using var other = await RunningMiner.StartAsync(FixedPrices.Until(TimeProvider.System.GetUtcNow()), otherLog, null, settings);
        await AskAsync(one);
        await AskAsync(other);
        await RecordedAsync(log, 1);
        await RecordedAsync(otherLog, 1);
        Assert.Equal(
            [MinerSettings.DefaultModel, MinerSettings.DefaultModel],
            [.. log.Records.Concat(otherLog.Records).Select(record => record.Model.Name)]
        );

        var store = new ModelVersionStore(new(new(connectionString, prefix)), TimeProvider.System);
        await store.PushAsync(Linear("mine@7"), "linear", Ct);
        var table = new DeploymentTable(new(new(connectionString, prefix)), TimeProvider.System);
        await table.ChangeAsync(choice => choice.Activate(new(Id("mine@7"), null)).AddShadow(Id("last-price@1")), Ct);

        // They follow without a challenge.
        var waited = Stopwatch.StartNew();
        await Task.Delay(DeploymentWatcher.RefreshInterval + TimeSpan.FromSeconds(3), Ct);
        while (
            await ModelAsync(one) is not "mine@7 (shadows: last-price@1)" || await ModelAsync(other) is not "mine@7 (shadows: last-price@1)"
        )
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(3), $"{await ModelAsync(one)}; {await ModelAsync(other)}");
            await Task.Delay(200, Ct);
        }

        await AskAsync(other);
        await RecordedAsync(otherLog, 3);
        Assert.Equal(
            ["last-price@1 shadow", $"mine@7 {ForecastRecord.Unverified}"],
            otherLog.Records.Skip(1).Select(record => $"{record.Model} {record.Caller}").Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Records follow the answer.</summary>
    private static async Task RecordedAsync(RememberedForecasts log, int count)
    {
        await Polling.UntilAsync(() => log.Records.Count >= count);
        Assert.Equal(count, log.Records.Count);
    }

    private static async Task AskAsync(RunningMiner miner)
    {
        using var response = await miner.Client.PostAsJsonAsync(
            "/Challenge",
            new { timestamp = TimeProvider.System.GetUtcNow().ToString("O") },
            Ct
        );
        response.EnsureSuccessStatusCode();
    }

    private static async Task<string?> ModelAsync(RunningMiner miner) =>
        (await miner.Client.GetFromJsonAsync<JsonElement>("/health/details", Ct))
            .GetProperty("parts")
            .GetProperty("model")
            .GetProperty("detail")
            .GetString();
}
