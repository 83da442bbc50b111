using System.Globalization;
using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Backtesting;

/// <summary>Prices from which some figures can't be made.</summary>
[Collection(CommandRun.Console)]
public sealed class StillPricesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("filtered-smoothers", "coverage")]
    [InlineData("arima", "rank")]
    [InlineData("last-price", "reward")]
    public async Task For_constant_prices_no_ratio_is_defined(string model, string aim)
    {
        var (prices, plot, forecasts) = (Still(400), _folder.At("plot.svg"), _folder.At("forecasts.csv"));

        var run = await CommandRun.OfAsync(
            "backtest",
            "--prices",
            prices,
            "--from",
            "50%",
            "--model",
            model,
            "--aim",
            aim,
            "--json",
            "--plot",
            plot,
            "--out",
            forecasts
        );

        Assert.Equal((0, ""), (run.Status, Complaint(run)));
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(JsonValueKind.Null, result.GetProperty("figures").GetProperty("maeRatio").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("figures").GetProperty("rmseRatio").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("maeRatioBounds").ValueKind);
        Assert.Equal(JsonValueKind.Number, result.GetProperty("figures").GetProperty("coverage").ValueKind);
        Assert.True(new FileInfo(plot).Length > 0);
        foreach (
            var text in new[]
            {
                run.Output,
                await File.ReadAllTextAsync(forecasts, TestContext.Current.CancellationToken),
                await File.ReadAllTextAsync(plot, TestContext.Current.CancellationToken),
            }
        )
        {
            Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", text, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Undefined_figures_are_marked_in_the_table()
    {
        var run = await CommandRun.OfAsync("backtest", "--prices", Still(400), "--from", "50%");

        Assert.Equal(0, run.Status);
        Assert.Contains("ratio to the last price's │ not defined │ not defined", run.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_still_day_of_two_leaves_the_ratio_and_takes_its_bounds()
    {
        var prices = Write(576, i => i < 288 ? 7.1 + i / 20 % 2 * 0.01 : 7.1);

        var run = await CommandRun.OfAsync("backtest", "--prices", prices, "--json");

        Assert.Equal(0, run.Status);
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(JsonValueKind.Number, result.GetProperty("figures").GetProperty("maeRatio").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("maeRatioBounds").ValueKind);
        Assert.Equal(JsonValueKind.Object, result.GetProperty("coverageBounds").ValueKind);
    }

    [Fact]
    public async Task A_single_day_has_figures_and_no_bounds()
    {
        var run = await CommandRun.OfAsync("backtest", "--prices", Write(200, i => 7.1 + i % 7 * 0.001), "--json");

        Assert.Equal(0, run.Status);
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(JsonValueKind.Number, result.GetProperty("figures").GetProperty("maeRatio").ValueKind);
        Assert.Every(
            ["maeRatioBounds", "coverageBounds", "winklerBounds"],
            name => Assert.Equal(JsonValueKind.Null, result.GetProperty(name).ValueKind)
        );
    }

    [Fact]
    public async Task A_tournament_of_still_prices_has_shares_and_no_ratio()
    {
        var prices = Still(400);

        var json = await CommandRun.OfAsync(
            "tournament",
            "--prices",
            prices,
            "--from",
            "50%",
            "--models",
            "last-price,arima:residual",
            "--json",
            "--plot",
            _folder.At("plot.png")
        );
        var table = await CommandRun.OfAsync("tournament", "--prices", prices, "--from", "50%", "--models", "last-price,arima:residual");

        Assert.Equal((0, 0), (json.Status, table.Status));
        Assert.Every(
            JsonDocument.Parse(json.Output).RootElement.GetProperty("standings").EnumerateArray(),
            standing =>
            {
                Assert.Equal(JsonValueKind.Null, standing.GetProperty("figures").GetProperty("maeRatio").ValueKind);
                Assert.Equal(JsonValueKind.Number, standing.GetProperty("combinedShare").ValueKind);
            }
        );
        Assert.Contains("not defined", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tournament_from_the_first_price_has_forecasts_without_an_interval()
    {
        // Of one price no residual is known.
        var run = await CommandRun.OfAsync(
            "tournament",
            "--prices",
            Write(60, i => 7.1 + i % 7 * 0.001),
            "--to",
            "1%",
            "--models",
            "last-price:residual,arima:residual",
            "--json"
        );

        Assert.True(run.Status is 0 or 2, run.Error);
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calibrate")]
    [InlineData("fit")]
    public async Task Still_prices_give_no_file(string command)
    {
        var file = _folder.At("out.json");

        var run = await CommandRun.OfAsync(command, "--prices", Still(1500), "--out", file);

        Assert.Equal(2, run.Status);
        Assert.Contains("hardly move", run.Error, StringComparison.Ordinal);
        Assert.Contains("name a range in which the price moves", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file)!, "*.json"));
    }

    [Fact]
    public async Task A_model_that_still_prices_give_is_not_used_and_leaves_the_field()
    {
        var prices = Write(1700, i => i < 1500 ? 7.1 : 7.1 + i % 7 * 0.001);

        var named = await CommandRun.OfAsync("backtest", "--prices", prices, "--model", "linear", "--from", "88%");
        var field = await CommandRun.OfAsync("tournament", "--prices", prices, "--from", "88%", "--json");

        Assert.Equal(2, named.Status);
        Assert.Contains("can't be fitted to the prices before the range", named.Error, StringComparison.Ordinal);
        Assert.Equal(0, field.Status);
        Assert.DoesNotContain("linear", field.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_price_can_not_be_judged()
    {
        var run = await CommandRun.OfAsync("backtest", "--prices", Still(1));

        Assert.Equal(2, run.Status);
        Assert.Contains("nothing can be scored", run.Error, StringComparison.Ordinal);
    }

    /// <summary>The error stream without the progress.</summary>
    private static string Complaint(CommandRun run) => run.Error.Contains('%', StringComparison.Ordinal) ? "" : run.Error.Trim();

    private string Still(int count) => Write(count, _ => 7.1);

    private string Write(int count, Func<int, double> price) =>
        _folder.Write(
            "prices.csv",
            Enumerable
                .Range(0, count)
                .Select(i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{new DateTime(2025, 10, 5).AddMinutes(5 * i):yyyy-MM-ddTHH:mm:ss}Z,{price(i)}"
                    )
                )
                .Prepend("timestamp_utc,close")
        );
}
