using System.Globalization;
using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Dashboard;

public sealed class RecentCallersTests(TestStorage storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-11-23T10:58:25Z")]
    // The slot of its target is the first one of the next day.
    [InlineData("2026-11-23T22:58:25Z")]
    [InlineData("2026-11-23T23:58:25Z")]
    [InlineData("2026-11-24T00:00:00Z")]
    public async Task An_answer_is_read_at_once_and_for_an_hour(string answeredAt)
    {
        var at = DateTimeOffset.Parse(answeredAt, CultureInfo.InvariantCulture);
        var tables = new MinerTables(storage.NewSettings(), TimeSpan.FromMinutes(9));
        var clock = new FakeTimeProvider(at);
        var log = new TableForecastLog(tables, clock, NullLogger<TableForecastLog>.Instance);
        await log.RecordAsync(new(PriceSeries.Real, new("last-price", "1"), at, new(7.1), TimeSpan.FromMilliseconds(5), "unverified"), Ct);
        var recent = new RecentCallers(tables, PriceSeries.Real, clock);
        Assert.Equal([new("unverified", at, 5)], (await recent.ReadAsync(Ct)).Named);

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal([new("unverified", at, 5)], (await recent.ReadAsync(Ct)).Named);

        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Empty((await recent.ReadAsync(Ct)).Named);
    }
}
