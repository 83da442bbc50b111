using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class PollAndScoreTests(TestStorage storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_scoring_that_fails_does_not_cost_the_poll()
    {
        var tables = storage.NewSettings();
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddMiner(
            new ConfigurationBuilder()
                .AddInMemoryCollection([
                    new("ASPNETCORE_ENVIRONMENT", "Development"),
                    new("Bittbridge:Access", "open"),
                    new("Bittbridge:Prices:Source", "simulated"),
                    new("Bittbridge:Storage", tables.Location),
                    new("Bittbridge:TablePrefix", "t" + tables.TablePrefix[..16]),
                ])
                .Build()
        );
        await using var services = collection.BuildServiceProvider();
        var scoring = ScoringTest.NewScoring(tables with { Location = StorageEmulator.Unreachable() }, TimeProvider.System);

        await new PollAndScore(services.GetRequiredService<PriceRefresh>(), scoring).RunAsync(Ct);

        var stored = await services.GetRequiredService<IPriceStore>().ReadAsync(Ct);
        Assert.NotNull(stored!.Poll.FetchedAt);
        Assert.Null(stored.Poll.LastFailure);
    }
}
