using System.Text.RegularExpressions;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Fitting;

/// <summary>The commands as their user types them.</summary>
[Collection(CommandRun.Console)]
public sealed class FitCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_linear_model_is_fitted_into_a_file_that_a_backtest_reads()
    {
        var (prices, file) = (TestPrices.Path, _folder.At("linear.json"));

        Assert.Equal(
            0,
            (await CommandRun.OfAsync("fit", "--prices", prices, "--to", "70%", "--model-version", "2025-10", "--out", file)).Status
        );
        var run = await CommandRun.OfAsync("backtest", "--prices", prices, "--from", "70%", "--model", file);

        Assert.Equal(0, run.Status);
        Assert.Contains("linear@2025-10", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_shows_each_setting_and_fits_the_chosen_one()
    {
        var (prices, file) = (_folder.At("prices.csv"), _folder.At("linear.json"));
        Assert.Equal(0, (await CommandRun.OfAsync("prices", "sample", "--out", prices, "--days", "7")).Status);

        var run = await CommandRun.OfAsync("fit", "--prices", prices, "--search", "--out", file);

        Assert.Equal(0, run.Status);
        Assert.Contains("lags │ ridge │ all │ part 1 │ part 2 │ part 3 │ part 4", run.Words, StringComparison.Ordinal);
        Assert.Equal(
            20,
            run.Output.Split('\n')
                .Count(line => line.Contains("0.9", StringComparison.Ordinal) || line.Contains("1.0", StringComparison.Ordinal))
        );
        var chosen = Regex.Match(run.Words, "Chosen: ([0-9]+) lags, ridge ([0-9]+),");
        var parameters = LinearModelParameters.FromJson(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), out _)!;
        Assert.Equal(chosen.Groups[1].Value, $"{parameters.Means.Count}");
        Assert.EndsWith($", {chosen.Groups[1]} lags and ridge {chosen.Groups[2]} by search", parameters.FittedOn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_calibration_names_the_data_of_its_fit()
    {
        var file = _folder.At("calibration.json");

        var run = await CommandRun.OfAsync(
            "calibrate",
            "--prices",
            TestPrices.Path,
            "--model",
            "exponential-smoothing",
            "--to",
            "2025-10-25T00:00Z",
            "--out",
            file
        );

        Assert.Equal(0, run.Status);
        var calibration = Calibration.FromJson(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), out _)!;
        Assert.Equal("exponential-smoothing@1", calibration.Model);
        Assert.Contains("usdt-cny-5min.csv", calibration.FittedOn, StringComparison.Ordinal);
        Assert.Equal(new(2025, 10, 25, 0, 0, 0, TimeSpan.Zero), calibration.To);
    }

    [Theory]
    [InlineData("can't replay past forecasts", "calibrate", "--model", "arima")]
    [InlineData("too few hours for a calibration", "calibrate", "--to", "5%")]
    [InlineData("too few hours for a fit", "fit", "--to", "1%")]
    [InlineData("--model-version is 'The First': give 1 to 63", "fit", "--model-version", "The First")]
    [InlineData("--lags and --search exclude each other: remove one of them.", "fit", "--search", "--lags", "6")]
    [InlineData("are too few, or move too little, for a search in 4 parts", "fit", "--search", "--to", "3%")]
    [InlineData("--lags is '0': give a whole number from 1 to 300", "fit", "--lags", "0")]
    [InlineData("can't be written", "fit", "--to", "20%", "--out", "/no/such/folder/linear.json")]
    public async Task What_cannot_be_fitted_is_refused_with_a_sentence(string sentence, string command, params string[] switches)
    {
        string[] place = switches.Contains("--out") ? [] : ["--out", _folder.At("out.json")];

        var run = await CommandRun.OfAsync([command, "--prices", TestPrices.Path, .. place, .. switches]);

        Assert.Equal(2, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("out.json")));
    }
}
