using System.Globalization;
using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Backtesting;

/// <summary><c>--rates</c>, as its user types it.</summary>
[Collection(CommandRun.Console)]
public sealed class OffshoreRatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public async Task The_offshore_rate_improves_openings_and_the_whole(TestSeries series)
    {
        var isReal = series == TestSeries.Real;
        var (today, moved) = (await ResultAsync("--model", "filtered-smoothers"), await ResultAsync());

        Assert.Equal("offshore-opening@1", moved.GetProperty("model").GetString());
        Assert.True(Figure(moved, "figures", "maeRatio") <= Figure(today, "figures", "maeRatio") - (isReal ? 0.02 : 0.06));
        Assert.True(Figure(moved, "figures", "winkler") <= (isReal ? 0.97 : 0.993) * Figure(today, "figures", "winkler"));
        Assert.True(Figure(moved, "acrossOpenings", "maeRatio") <= (isReal ? 0.85 : 0.37));
        // Generated rates tell nearly all of a jump.
        Assert.InRange(Figure(moved, "acrossOpenings", "coverage"), 0.85, isReal ? 0.95 : 1);
        Assert.True(Figure(today, "acrossOpenings", "coverage") < 0.85);

        // Nothing is worse outside openings. Generated prices have made the whole jump after five minutes, and not after fifteen as
        // CoinGecko's, so the rule adds some of it again in the minutes after an opening.
        var worse = isReal ? 0 : 0.014;
        Assert.True(Figure(moved, "elsewhere", "maeRatio") <= Figure(today, "elsewhere", "maeRatio") + worse);
        Assert.True(Figure(moved, "elsewhere", "winkler") <= 1.001 * Figure(today, "elsewhere", "winkler"));
        var apart = isReal ? 0.005 : 0.0065;
        Assert.Equal(Figure(today, "elsewhere", "coverage"), Figure(moved, "elsewhere", "coverage"), apart);

        async Task<JsonElement> ResultAsync(params string[] more)
        {
            string[] files = ["--prices", TestPrices.PathOf(series), "--rates", TestPrices.RatesPathOf(series)];
            // From about point 2,000 on.
            var run = await CommandRun.OfAsync(["backtest", .. files, "--from", "2025-10-20T17:45Z", "--json", .. more]);
            Assert.Equal(0, run.Status);
            return JsonDocument.Parse(run.Output).RootElement;
        }

        static double Figure(JsonElement result, string of, string name) => result.GetProperty(of).GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task Cutting_either_file_leaves_every_earlier_forecast_bit_for_bit_the_same()
    {
        var (prices, rates) = (
            FirstPrices(1100),
            await File.ReadAllLinesAsync(TestPrices.RatesPath, TestContext.Current.CancellationToken)
        );
        var whole = await ForecastsAsync(prices, rates);
        Assert.NotEqual(whole, await ForecastsAsync(prices, rates, "--model", "filtered-smoothers"));

        foreach (var cut in (int[])[130, 264, 268, 500, 840, 1099])
        {
            Assert.Equal(whole[..cut], await ForecastsAsync(prices.Take(cut), rates));
        }

        // A bar is known at its end, half an hour after its time.
        foreach (var last in (string[])["2025-10-15T00:30", "2025-10-15T01:00", "2025-10-16T00:00", "2025-10-17T12:00"])
        {
            var before = rates.TakeWhile(line => string.CompareOrdinal(line, last) < 0 || line[0] == 't');
            var end = DateTime.Parse(last, CultureInfo.InvariantCulture).AddMinutes(30).ToString("yyyy-MM-dd'T'HH:mm");
            Assert.Equal(
                whole.TakeWhile(line => string.CompareOrdinal(line, end) < 0 || line[0] == 'm'),
                (await ForecastsAsync(prices, before)).TakeWhile(line => string.CompareOrdinal(line, end) < 0 || line[0] == 'm')
            );
        }
    }

    [Fact]
    public async Task Finer_bars_are_known_when_they_have_ended()
    {
        // Ten-minute bars at 01:00, 01:10, …; the last one before the forecast of 01:20 is that of 01:10.
        var rates = Bars(TimeSpan.FromMinutes(10), time => time < new DateTime(2025, 10, 21, 1, 10, 0) ? 7.1 : 7.104);

        var (at, later) = (
            await ForecastOfAsync(rates, "2025-10-21T01:20:00Z"),
            await ForecastOfAsync(
                Bars(TimeSpan.FromMinutes(10), time => time < new DateTime(2025, 10, 21, 1, 20, 0) ? 7.1 : 7.104),
                "2025-10-21T01:20:00Z"
            )
        );

        Assert.True(at - later > 0.002);
        Assert.Equal(
            later,
            await ForecastOfAsync(
                Bars(TimeSpan.FromMinutes(30), time => time < new DateTime(2025, 10, 21, 1, 0, 0) ? 7.1 : 7.104),
                "2025-10-21T01:20:00Z"
            )
        );
    }

    [Fact]
    public async Task Bars_of_mixed_length_are_refused_since_the_longer_ones_would_be_used_before_they_end()
    {
        var prices = _folder.Write("prices.csv", FirstPrices(100));
        var halfHours = Enumerable.Range(0, 60).Select(i => TimeSpan.FromMinutes(30 * i));
        var fiveMinutes = Enumerable.Range(0, 120).Select(i => TimeSpan.FromMinutes(30 * 60 + 5 * i));
        var start = new DateTime(2025, 10, 13, 0, 0, 0);
        var rows = halfHours.Concat(fiveMinutes).Select(after => $"{start + after:yyyy-MM-dd'T'HH:mm:ss}Z,7.1");

        var run = await CommandRun.OfAsync([
            "backtest",
            "--prices",
            prices,
            "--rates",
            _folder.Write("rates.csv", rows.Prepend("timestamp_utc,close")),
        ]);

        Assert.Equal(2, run.Status);
        Assert.Contains("5 minutes apart, but 60 of 179 are further apart", run.Error, StringComparison.Ordinal);
        Assert.Contains("bars of one length", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-10-13T15:25:00Z,seven", "line 3", "'seven'", "CNH per USD")]
    [InlineData("2025-10-13T15:25:00Z,71", "line 3", "'71'", "from 5 to 10")]
    [InlineData("yesterday,7.1", "line 3", "'yesterday'", "ISO 8601")]
    [InlineData("2025-10-13T15:00:00Z,7.2", "line 3", "line 2", "two different rates")]
    [InlineData("2025-10-14T15:00:00Z,7.2", "24 hours apart", "can't be used", "an hour or less")]
    [InlineData("", "fewer than two", "can't be used", "longer recording")]
    public async Task A_bad_file_of_rates_is_refused_with_its_line_and_the_remedy(string row, params string[] wanted)
    {
        var prices = _folder.Write("prices.csv", FirstPrices(100));
        var rates = _folder.Write("rates.csv", "timestamp_utc,close", "2025-10-13T15:00:00Z,7.1", row);

        foreach (
            var command in (string[][])
                [
                    ["backtest"],
                    ["tournament"],
                    ["calibrate", "--out", _folder.At("out.json")],
                ]
        )
        {
            var run = await CommandRun.OfAsync([.. command, "--prices", prices, "--rates", rates]);

            Assert.Equal(2, run.Status);
            Assert.Every(wanted, text => Assert.Contains(text, run.Error, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("'offshore-opening' needs offshore rates", "--model", "offshore-opening")]
    [InlineData("'offshore-opening.arima' needs offshore rates", "--model", "offshore-opening.arima")]
    [InlineData("--rates", "--rates")]
    public async Task A_model_that_needs_rates_says_so(string sentence, params string[] switches)
    {
        var run = await CommandRun.OfAsync(["backtest", "--prices", TestPrices.Path, .. switches]);

        Assert.Equal(2, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_is_not_made_known_by_its_prefix()
    {
        string[] command = ["backtest", "--prices", TestPrices.Path, "--rates", TestPrices.RatesPath];

        var run = await CommandRun.OfAsync([.. command, "--model", "offshore-opening.lstm"]);

        Assert.Equal(2, run.Status);
        Assert.Contains("There is no model 'lstm'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_model_leads_the_field_of_a_tournament_and_can_be_calibrated()
    {
        string[] files = ["--prices", TestPrices.Path, "--rates", TestPrices.RatesPath];

        var tournament = await CommandRun.OfAsync(["tournament", .. files, "--from", "90%", "--json"]);
        var calibrate = await CommandRun.OfAsync(["calibrate", .. files, "--out", _folder.At("calibration.json")]);

        var result = JsonDocument.Parse(tournament.Output).RootElement;
        Assert.Equal("offshore-opening", result.GetProperty("first").GetString());
        Assert.Contains(
            result.GetProperty("standings").EnumerateArray(),
            row => row.GetProperty("name").GetString() == "filtered-smoothers"
        );
        Assert.Equal(0, calibrate.Status);
        Assert.Contains("offshore-opening@1", calibrate.Output, StringComparison.Ordinal);
    }

    /// <summary>The first lines of the prices.</summary>
    private static string[] FirstPrices(int lines) => [.. File.ReadLines(TestPrices.Path).Take(lines)];

    /// <summary>Bars from Monday's close to Tuesday's opening, 2025-10-21.</summary>
    private static IEnumerable<string> Bars(TimeSpan length, Func<DateTime, double> close)
    {
        for (var time = new DateTime(2025, 10, 20, 18, 0, 0); time < new DateTime(2025, 10, 21, 2, 0, 0); time += length)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ssZ},{close(time)}");
        }
    }

    private async Task<double> ForecastOfAsync(IEnumerable<string> rates, string madeAt)
    {
        var prices = File.ReadLines(TestPrices.Path).Where(line => line[0] == 't' || string.CompareOrdinal(line, "2025-10-21T03") < 0);
        var lines = await ForecastsAsync(prices, rates.Prepend("timestamp_utc,close"), "--from", madeAt, "--to", madeAt);
        return double.Parse(lines[1].Split(',')[2], CultureInfo.InvariantCulture);
    }

    private async Task<string[]> ForecastsAsync(IEnumerable<string> prices, IEnumerable<string> rates, params string[] switches)
    {
        var forecasts = _folder.At("forecasts.csv");
        File.Delete(forecasts);
        var (priceFile, rateFile) = (_folder.Write("prices.csv", prices), _folder.Write("rates.csv", rates));
        await CommandRun.OfAsync(["backtest", "--prices", priceFile, "--rates", rateFile, "--out", forecasts, .. switches]);
        return await File.ReadAllLinesAsync(forecasts, TestContext.Current.CancellationToken);
    }
}
