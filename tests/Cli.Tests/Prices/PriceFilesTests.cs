using System.Globalization;
using Bittbridge.Backtesting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Cli.Tests.Prices;

/// <summary>Prices from storage, from CoinGecko and simulated ones, as files.</summary>
[Collection(CommandRun.Console)]
public sealed class PriceFilesTests(TestStorage storage) : IClassFixture<TestStorage>, IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 9, 30, 23, 50, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Out => _folder.At("prices.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_whole_record_is_exported_in_both_currencies_and_over_the_end_of_a_month()
    {
        var settings = await StoreAsync(PriceSeries.Real, 7.1);

        var run = await CommandRun.InAsync(settings, "prices", "export", "--out", Out);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(
            ["timestamp_utc,close,usd", "2026-09-30T23:49:47Z,7.1,0.9995", "2026-09-30T23:55:00Z,7.101,", "2026-10-01T00:00:00Z,7.102,"],
            File.ReadLines(Out)
        );
        Assert.Contains("Wrote 3 prices, from 2026-09-30 23:49 to 2026-10-01 00:00 UTC, to ", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_has_both_its_ends()
    {
        var settings = await StoreAsync(PriceSeries.Real, 7.1);

        var run = await CommandRun.InAsync(
            settings,
            "prices",
            "export",
            "--out",
            Out,
            "--from",
            "2026-09-30T23:49:48Z",
            "--to",
            "2026-09-30T23:55:00Z"
        );

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(["timestamp_utc,close", "2026-09-30T23:55:00Z,7.101"], File.ReadLines(Out));
    }

    [Fact]
    public async Task Real_and_simulated_prices_are_never_in_one_file()
    {
        var settings = await StoreAsync(PriceSeries.Simulated, 6.9);

        var real = await CommandRun.InAsync(settings, "prices", "export", "--out", Out);
        Assert.Equal(1, real.Status);
        Assert.StartsWith("Storage has no real prices: name other ones with --series", real.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));

        var simulated = await CommandRun.InAsync(settings, "prices", "export", "--out", Out, "--series", "simulated");
        Assert.Equal((0, ""), (simulated.Status, simulated.Error));
        Assert.Equal("2026-09-30T23:49:47Z,6.9,0.9995", File.ReadLines(Out).ElementAt(1));
    }

    [Fact]
    public async Task A_day_is_fetched_in_both_currencies()
    {
        var asked = new List<string>();
        await using var coinGecko = Chart(asked, step: TimeSpan.FromMinutes(5));

        var run = await FetchAsync(coinGecko);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(
            ["timestamp_utc,close,usd", "2026-09-30T23:50:00.123Z,7.1,1.0001", "2026-09-30T23:55:00.123Z,7.1,1.0001"],
            File.ReadLines(Out).Take(3)
        );
        Assert.Equal(["?vs_currency=cny&days=1&precision=full", "?vs_currency=usd&days=1&precision=full"], asked);
    }

    [Fact]
    public async Task Hourly_prices_are_said_to_be_useless_for_a_measurement()
    {
        var asked = new List<string>();
        await using var coinGecko = Chart(asked, step: TimeSpan.FromHours(1));

        var run = await FetchAsync(coinGecko, "--days", "30");

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("&days=30&", asked[0], StringComparison.Ordinal);
        Assert.Contains("The prices are mostly 1 hour apart, so they can't score forecasts", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_CoinGecko_is_one_sentence_without_the_key()
    {
        await using var coinGecko = new StandInServer(
            401,
            """{"status":{"error_code":10002,"error_message":"API Key Missing: CG-secret-secret-secret"}}"""
        );

        var run = await FetchAsync(coinGecko);

        Assert.Equal(1, run.Status);
        Assert.Contains("CoinGecko", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was written." + Environment.NewLine, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CG-secret", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public async Task An_invalid_address_of_CoinGecko_is_named()
    {
        var run = await CommandRun.InAsync(
            new Dictionary<string, string?> { ["Bittbridge:CoinGecko:BaseAddress"] = "ftp://x" },
            "prices",
            "fetch",
            "--out",
            Out
        );

        Assert.Equal(2, run.Status);
        Assert.Contains("The setting Bittbridge:CoinGecko:BaseAddress is", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sample_is_the_same_for_the_same_seed_and_can_be_measured()
    {
        var run = await CommandRun.OfAsync("prices", "sample", "--out", Out, "--days", "10");
        var again = await CommandRun.OfAsync("prices", "sample", "--out", _folder.At("again.csv"), "--days", "10");
        var other = await CommandRun.OfAsync("prices", "sample", "--out", _folder.At("other.csv"), "--days", "10", "--seed", "7");

        Assert.Equal((0, 0, 0), (run.Status, again.Status, other.Status));
        Assert.Contains("They are SIMULATED, not real.", run.Words, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Out), File.ReadAllBytes(_folder.At("again.csv")));
        Assert.NotEqual(File.ReadAllBytes(Out), File.ReadAllBytes(_folder.At("other.csv")));

        var points = PriceCsv.Read(Out, out var problem);
        Assert.Null(problem);
        var recording = new PriceRecording(points!);
        Assert.InRange(recording.Times.Count, 2780, 2870);
        // As in the recorded weeks: consecutive changes are a few basis points and undo each other.
        var moves = points!.Zip(points!.Skip(1), (one, next) => Math.Log(next.Cny / one.Cny)).ToList();
        Assert.InRange(moves.Average(Math.Abs) * 1e4, 0.2, 2);
        Assert.InRange(moves.Zip(moves.Skip(1), (one, next) => one * next).Sum() / moves.Sum(move => move * move), -0.5, -0.1);
    }

    private async Task<Dictionary<string, string?>> StoreAsync(PriceSeries series, double price)
    {
        var (connectionString, prefix) = storage.New();
        prefix = prefix[..20];
        var store = new TablePriceStore(
            new(new(connectionString, prefix)),
            series,
            TimeProvider.System,
            NullLogger<TablePriceStore>.Instance
        );
        PricePoint[] points =
        [
            new(Start.AddSeconds(-13), price, 0.9995),
            new(Start.AddMinutes(5), Math.Round(price + 0.001, 3)),
            new(Start.AddMinutes(10), Math.Round(price + 0.002, 3)),
        ];
        await store.SaveAsync("test", PriceHistory.Empty, PriceHistory.FromPoints(points), state => state, replaceHistory: false, Ct);
        return new() { ["Bittbridge:Storage"] = connectionString, ["Bittbridge:TablePrefix"] = prefix };
    }

    private Task<CommandRun> FetchAsync(StandInServer coinGecko, params string[] more) =>
        CommandRun.InAsync(
            new Dictionary<string, string?>
            {
                ["Bittbridge:CoinGecko:BaseAddress"] = coinGecko.Url + "/api/v3",
                ["Bittbridge:CoinGecko:ApiKey"] = "CG-secret-secret-secret",
            },
            ["prices", "fetch", "--out", Out, .. more]
        );

    private static StandInServer Chart(List<string> asked, TimeSpan step) =>
        new(context =>
        {
            var query = context.Request.QueryString.Value!;
            asked.Add(query);
            var price = query.Contains("=cny", StringComparison.Ordinal) ? "7.1" : "1.0001";
            var points = Enumerable
                .Range(0, 24)
                .Select(i => (Start + (i * step)).ToUnixTimeMilliseconds() + 123)
                .Select(ms => string.Create(CultureInfo.InvariantCulture, $"[{ms},{price}]"));
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($$"""{"prices":[{{string.Join(',', points)}}]}""", context.RequestAborted);
        });
}
