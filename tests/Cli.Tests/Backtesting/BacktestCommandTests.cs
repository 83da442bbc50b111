using System.Globalization;
using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Backtesting;

/// <summary>The command as its user types it.</summary>
[Collection(CommandRun.Console)]
public sealed class BacktestCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("coverage")]
    [InlineData("rank")]
    [InlineData("reward")]
    public async Task Cutting_the_prices_after_any_time_leaves_every_earlier_forecast_bit_for_bit_the_same(string aim)
    {
        var lines = First(2000);
        var whole = await ForecastsOf(lines, "--aim", aim);

        foreach (var cut in (int[])[2, 3, 14, 100, 290, 777, 1500, 1998])
        {
            Assert.Equal(whole[..cut], await ForecastsOf(lines.Take(cut), "--aim", aim));
        }
    }

    [Theory]
    [InlineData("arima")]
    [InlineData("noise-filter")]
    [InlineData("exponential-smoothing")]
    public async Task No_other_model_sees_the_future_either(string model)
    {
        var lines = First(900);
        var whole = await ForecastsOf(lines, "--model", model);

        Assert.Equal(whole[..700], await ForecastsOf(lines.Take(700), "--model", model));
    }

    [Fact]
    public async Task Rows_that_are_unsorted_and_repeated_give_the_same_forecasts()
    {
        var lines = First(600);
        var mixed = lines
            .Skip(1)
            .Concat(lines.Skip(400))
            .OrderBy(line => line[^1])
            .ThenBy(line => line, StringComparer.Ordinal)
            .Prepend(lines[0]);

        Assert.Equal(await ForecastsOf(lines), await ForecastsOf(mixed));
    }

    [Fact]
    public async Task An_observation_that_a_nearer_one_replaces_later_was_known_until_then()
    {
        // 10:03 stands for the slot 10:05 until 10:05 comes; cutting in between changes nothing before.
        string[] lines = [.. Made(), "2025-10-20T10:03:00Z,7.1123", "2025-10-20T10:05:00Z,7.1001", "2025-10-20T10:10:00Z,7.1002"];

        var whole = await ForecastsOf(lines);

        Assert.Equal(124, whole.Length);
        Assert.Contains(whole, line => line.StartsWith("2025-10-20T10:03:00Z,2025-10-20T11:03:00Z,", StringComparison.Ordinal));
        Assert.Equal(whole[..^2], await ForecastsOf(lines[..^2]));
    }

    [Fact]
    public async Task The_same_input_gives_the_same_output()
    {
        var prices = TestPrices.Path;

        var (first, second) = (
            await CommandRun.OfAsync("backtest", "--prices", prices, "--from", "80%", "--json"),
            await CommandRun.OfAsync("backtest", "--prices", prices, "--from", "80%", "--json")
        );

        Assert.Equal(0, first.Status);
        Assert.Equal(first.Output, second.Output);
    }

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public async Task The_default_calibrated_on_the_first_part_covers_the_last_part_as_intended(TestSeries series)
    {
        var (prices, calibration) = (TestPrices.PathOf(series), _folder.At("calibration.json"));
        var isReal = series == TestSeries.Real;
        Assert.Equal(0, (await CommandRun.OfAsync("calibrate", "--prices", prices, "--to", "70%", "--out", calibration)).Status);

        var run = await CommandRun.OfAsync("backtest", "--prices", prices, "--from", "70%", "--calibration", calibration, "--json");

        var result = JsonDocument.Parse(run.Output).RootElement;
        var figures = result.GetProperty("figures");
        Assert.Equal("filtered-smoothers@1", result.GetProperty("model").GetString());
        Assert.Equal("coverage", result.GetProperty("aim").GetString());
        Assert.InRange(figures.GetProperty("maeRatio").GetDouble(), 0.9, isReal ? 0.976 : 0.991);
        Assert.InRange(figures.GetProperty("coverage").GetDouble(), 0.89, 0.92);
        Assert.InRange(figures.GetProperty("worstWeek").GetDouble(), 0.87, 1);
        Assert.InRange(figures.GetProperty("winkler").GetDouble(), 0, isReal ? 0.0054 : 0.0039);
        Assert.True(result.GetProperty("maeRatioBounds").GetProperty("lower").GetDouble() < figures.GetProperty("maeRatio").GetDouble());
    }

    [Fact]
    public async Task Forecasts_are_written_so_that_they_read_back_and_the_judge_can_match_them()
    {
        var lines = First(400);

        var forecasts = await ForecastsOf(lines, "--from", "2025-10-14T09:00Z", "--to", "2025-10-14T09:10Z");

        Assert.Equal("made_at_utc,target_utc,price,lower,upper", forecasts[0]);
        Assert.Equal(
            [
                "2025-10-14T09:00:00Z,2025-10-14T10:00:00Z",
                "2025-10-14T09:05:00Z,2025-10-14T10:05:00Z",
                "2025-10-14T09:10:00Z,2025-10-14T10:10:00Z",
            ],
            forecasts[1..].Select(line => string.Join(',', line.Split(',')[..2]))
        );
        Assert.Every(
            forecasts[1..],
            line =>
            {
                var numbers = line.Split(',')[2..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
                Assert.Equal(line.Split(',')[2..], numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
                Assert.True(numbers[1] < numbers[0] && numbers[0] < numbers[2]);
            }
        );
    }

    [Theory]
    [InlineData("plot.svg", "<svg")]
    [InlineData("plot.png", "PNG")]
    public async Task A_plot_is_drawn_as_its_name_ends(string name, string sign)
    {
        var run = await CommandRun.OfAsync("backtest", "--prices", TestPrices.Path, "--from", "90%", "--plot", _folder.At(name));

        Assert.Equal(0, run.Status);
        Assert.Contains(
            sign,
            System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_folder.At(name), TestContext.Current.CancellationToken)),
            StringComparison.Ordinal
        );
        Assert.True(new FileInfo(_folder.At(name)).Length > 20_000);
    }

    [Fact]
    public async Task The_table_is_on_the_output_and_no_progress_with_it()
    {
        var run = await CommandRun.OfAsync("backtest", "--prices", TestPrices.Path, "--from", "90%");

        Assert.Contains("ratio to the last price's", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("100%", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-10-13T15:25:00Z,seven", "seven", "from 5 to 10")]
    [InlineData("2025-10-13T15:25:00Z,-7.1", "-7.1", "from 5 to 10")]
    [InlineData("2025-10-13T15:25:00Z", "2025-10-13T15:25:00Z", "a row such as")]
    [InlineData("yesterday,7.1", "yesterday", "ISO 8601")]
    [InlineData("05.10.2025 15:25,7.1", "05.10.2025 15:25", "ISO 8601")]
    [InlineData("2025-10-13T15:25:00Z,7,1", "2025-10-13T15:25:00Z,7,1", "a row such as")]
    public async Task A_bad_row_is_refused_with_its_line_its_value_and_the_wanted_form(string row, string value, string wanted)
    {
        var prices = _folder.Write("bad.csv", "timestamp_utc,close", "2025-10-13T15:20:00Z,7.1", row);

        var run = await CommandRun.OfAsync("backtest", "--prices", prices);

        Assert.Equal(2, run.Status);
        Assert.Contains("line 3", run.Error, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", run.Error, StringComparison.Ordinal);
        Assert.Contains(wanted, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no model 'lstm'", "--model", "lstm")]
    [InlineData("can't be fitted to the prices before the range (there are too few of them)", "--model", "linear")]
    [InlineData("There is no model '@x'", "--model", "@x")]
    [InlineData("no-such-file.json", "--model", "no-such-file.json")]
    [InlineData("no-such-file.json", "--calibration", "no-such-file.json")]
    [InlineData("neither .svg nor .png", "--plot", "plot.gif")]
    [InlineData("--from is 'Monday': give a time in ISO 8601", "--from", "Monday")]
    [InlineData("--from is '05.10.2025': give a time in ISO 8601", "--from", "05.10.2025")]
    [InlineData("--to is '10/11/2025'", "--to", "10/11/2025")]
    [InlineData("--to is '12:30'", "--to", "12:30")]
    [InlineData("--from is '101%'", "--from", "101%")]
    [InlineData("--from is '70'", "--from", "70")]
    [InlineData("There is no price from", "--from", "2030-01-01")]
    [InlineData("--level is '90': give a number from 0.5 to 0.999, such as 0.9.", "--level", "90")]
    [InlineData("--level is '90%': give a number", "--level", "90%")]
    [InlineData("--level is 'NaN': give a number", "--level", "NaN")]
    [InlineData("--level is '0,9': give a number", "--level", "0,9")]
    [InlineData("--aim is 'glory': give coverage, rank or reward.", "--aim", "glory")]
    [InlineData("--aim is '7': give coverage, rank or reward.", "--aim", "7")]
    [InlineData("--aim is '0': give coverage, rank or reward.", "--aim", "0")]
    [InlineData("--learning is 'true': give on or off.", "--learning", "true")]
    [InlineData("--intervals is 'both': give own or calibrated.", "--intervals", "both")]
    [InlineData("No hour of the range has ended", "--from", "2025-10-20T09:50Z")]
    public async Task A_wrong_switch_is_refused_with_a_sentence(string sentence, params string[] switches)
    {
        var prices = _folder.Write("prices.csv", Made());

        var run = await CommandRun.OfAsync(["backtest", "--prices", prices, .. switches]);

        Assert.Equal(2, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named() =>
        Assert.Contains(
            "no-such-file.csv",
            (await CommandRun.OfAsync("backtest", "--prices", "no-such-file.csv")).Error,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Quoted_rows_with_other_columns_around_them_give_the_same_forecasts()
    {
        var lines = First(200);
        var quoted = lines
            .Select(line => line.Split(','))
            .Select(fields => $"\"x, y\",\"{fields[1]}\" , \"{fields[0].ToUpperInvariant()}\"\r");

        Assert.Equal(await ForecastsOf(lines), await ForecastsOf(quoted));
    }

    [Theory]
    [InlineData(1440, "yyyy-MM-dd", "1 day apart")]
    [InlineData(60, "yyyy-MM-ddTHH:mm:ssZ", "1 hour apart")]
    [InlineData(30, "yyyy-MM-dd HH:mm", "30 minutes apart")]
    public async Task Prices_too_far_apart_are_refused_with_the_reason(int minutes, string format, string apart)
    {
        var prices = _folder.Write(
            "sparse.csv",
            Enumerable
                .Range(0, 60)
                .Select(i => (Time: new DateTime(2025, 10, 1).AddMinutes(minutes * i), Price: 7.1 + i % 7 * 0.001))
                .Select(one => (Time: one.Time.ToString(format, CultureInfo.InvariantCulture), one.Price))
                .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Time},{one.Price}"))
                .Prepend("timestamp_utc,close")
        );

        foreach (
            var command in (string[][])
                [
                    ["backtest"],
                    ["tournament"],
                    ["calibrate", "--out", _folder.At("out.json")],
                    ["fit", "--out", _folder.At("out.json")],
                ]
        )
        {
            var run = await CommandRun.OfAsync([.. command, "--prices", prices]);

            Assert.Equal(2, run.Status);
            Assert.Contains(apart, run.Error, StringComparison.Ordinal);
            Assert.Contains("one hour ahead and use prices five minutes apart", run.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>The first lines of the prices.</summary>
    private static string[] First(int lines) => [.. File.ReadLines(TestPrices.Path).Take(lines)];

    /// <summary>Ten hours of prices.</summary>
    private static IEnumerable<string> Made() =>
        Enumerable
            .Range(0, 120)
            .Select(i => (Time: new DateTime(2025, 10, 20).AddMinutes(5 * i), Price: 7.1 + i % 7 * 0.0001))
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Time:yyyy-MM-ddTHH:mm:ssZ},{one.Price}"))
            .Prepend("timestamp_utc,close");

    /// <summary>The lines of FORECASTS.csv.</summary>
    private async Task<string[]> ForecastsOf(IEnumerable<string> prices, params string[] switches)
    {
        var forecasts = _folder.At("forecasts.csv");
        File.Delete(forecasts);

        // Too short a range can't be scored, but its forecasts are written.
        await CommandRun.OfAsync(["backtest", "--prices", _folder.Write("prices.csv", prices), "--out", forecasts, .. switches]);
        return await File.ReadAllLinesAsync(forecasts, TestContext.Current.CancellationToken);
    }
}
