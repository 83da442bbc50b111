using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices.Store;

/// <summary>The prices of one test in real tables, as several instances of the miner would see them and as they lie there.</summary>
internal sealed class StoredPrices(StorageSettings storage)
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The table as it lies there; the first store that is written to makes it.</summary>
    public TableClient Table { get; } = new(storage.Location, storage.TablePrefix + "prices");

    private static FakeTimeProvider Later { get; } = new(Noon.AddDays(30));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The store of an instance of its own.</summary>
    /// <param name="clock">Its clock; null for one at which every price of a test has been.</param>
    public TablePriceStore NewStore(TimeProvider? clock = null) =>
        new(new(storage), PriceSeries.Real, clock ?? Later, NullLogger<TablePriceStore>.Instance);

    /// <summary>Its calls have longer than storage takes on a busy machine; what a test says about a wait is by its clock.</summary>
    public PriceReader NewReader(TimeProvider clock, ILogger<PriceReader>? logger = null) =>
        new(new(storage, TimeSpan.FromMinutes(9)), PriceSeries.Real, clock, logger ?? NullLogger<PriceReader>.Instance);

    /// <summary>A price at a slot so many steps after noon, observed some seconds off it.</summary>
    public static PricePoint At(int steps, double cny = 7.1, double secondsOff = 0, double? usd = null) =>
        new(Noon + (steps * PriceSlot.Step) + TimeSpan.FromSeconds(secondsOff), cny, usd);

    public Task SaveAsync(params PricePoint[] points) => SaveAsync(NewStore(), points);

    public static Task SaveAsync(IPriceStore store, params PricePoint[] points) =>
        store.SaveAsync("coingecko", PriceHistory.Empty, PriceHistory.FromPoints(points), state => state, replaceHistory: false, Ct);

    /// <summary>Writes the poll's state alone.</summary>
    public Task SavePollAsync(PollState poll) =>
        NewStore().SaveAsync("coingecko", PriceHistory.Empty, PriceHistory.Empty, _ => poll, replaceHistory: false, Ct);

    public async Task<PriceSnapshot> SnapshotAsync() => (await NewStore().ReadAsync(Ct))!;

    public Task<PriceHistory> HistoryAsync(int fromSteps, int toSteps) =>
        NewStore().ReadHistoryAsync(At(fromSteps).Time, At(toSteps).Time, Ct);

    /// <summary>Every row of the table as <c>PartitionKey RowKey</c>.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var entity in Table.QueryAsync<TableEntity>(cancellationToken: Ct))
        {
            keys.Add($"{entity.PartitionKey} {entity.RowKey}");
        }

        return keys;
    }

    /// <summary>Overwrites properties of the snapshot as it lies there.</summary>
    public Task TamperAsync(params (string Name, object Value)[] properties)
    {
        var entity = new TableEntity("tether-cny", "snapshot");
        foreach (var (name, value) in properties)
        {
            entity[name] = value;
        }

        return Table.UpdateEntityAsync(entity, Azure.ETag.All, TableUpdateMode.Merge, Ct);
    }
}
