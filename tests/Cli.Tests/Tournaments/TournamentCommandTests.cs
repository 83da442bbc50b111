using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Tournaments;

/// <summary>The command as its user types it.</summary>
[Collection(CommandRun.Console)]
public sealed class TournamentCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public async Task In_the_field_of_eight_the_default_calibrated_on_the_part_before_wins_on_real_prices_and_linear_on_generated_ones(
        TestSeries series
    )
    {
        var (prices, calibration) = (TestPrices.PathOf(series), _folder.At("calibration.json"));
        Assert.Equal(0, (await CommandRun.OfAsync("calibrate", "--prices", prices, "--to", "70%", "--out", calibration)).Status);

        var run = await CommandRun.OfAsync(
            "tournament",
            "--prices",
            prices,
            "--from",
            "70%",
            "--calibration",
            calibration,
            "--json",
            "--plot",
            _folder.At("shares.png")
        );

        var result = JsonDocument.Parse(run.Output).RootElement;
        var standings = result.GetProperty("standings").EnumerateArray().ToList();
        Assert.Equal(8, standings.Count);
        // Generated prices have no opening of a market that the default could follow, so it is not the best there.
        var winner = series == TestSeries.Real ? "filtered-smoothers" : "linear:residual";
        Assert.Equal(winner, standings[0].GetProperty("name").GetString());
        var ahead = standings[0].GetProperty("combinedShare").GetDouble() - standings[1].GetProperty("combinedShare").GetDouble();
        Assert.InRange(ahead, 0.02, 1);

        // In each round the shares of the eight are 1, .9, .81 and so on, in any order.
        var all = Enumerable.Range(0, 8).Sum(rank => Math.Pow(0.9, rank));
        Assert.Equal(all, standings.Sum(standing => standing.GetProperty("pointShare").GetDouble()), 9);
        Assert.Equal(all, standings.Sum(standing => standing.GetProperty("intervalShare").GetDouble()), 9);
        Assert.True(File.Exists(_folder.At("shares.png")));
    }

    [Fact]
    public async Task Miners_of_one_model_may_differ_in_their_aims()
    {
        var run = await CommandRun.OfAsync(
            "tournament",
            "--prices",
            TestPrices.Path,
            "--from",
            "90%",
            "--models",
            "last-price, filtered-smoothers:reward,filtered-smoothers:residual"
        );

        Assert.Equal(0, run.Status);
        Assert.Contains("filtered-smoothers:reward", run.Output, StringComparison.Ordinal);
        Assert.Contains("filtered-smoothers:residual", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("last-price")]
    [InlineData("last-price,last-price")]
    [InlineData("last-price,lstm")]
    [InlineData("last-price,moving-average:glory")]
    public async Task An_invalid_list_of_miners_is_refused_with_a_sentence(string models)
    {
        var run = await CommandRun.OfAsync("tournament", "--prices", TestPrices.Path, "--models", models);

        Assert.Equal(2, run.Status);
        Assert.NotEmpty(run.Error);
    }
}
