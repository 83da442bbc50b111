namespace Bittbridge.Cli.Tests.CommandLines;

/// <summary>Values that are judged by more than their form are told together with all other wrong ones.</summary>
[Collection(CommandRun.Console)]
public sealed class ValuesThatFilesDecideTests
{
    [Fact]
    public async Task Faults_of_storage_and_model_version_are_reported_together()
    {
        var run = await CommandRun.OfAsync(
            "models",
            "push",
            "no-such-folder",
            "Mine@1",
            "--storage",
            "My Account",
            "--table-prefix",
            "a-b"
        );

        Assert.Equal(2, run.Status);
        Assert.Contains("NAME@VERSION is 'Mine@1': give ", run.Error, StringComparison.Ordinal);
        Assert.Contains("There is no file or folder 'no-such-folder': name ", run.Error, StringComparison.Ordinal);
        Assert.Contains("Bittbridge:Storage is 'My Account'", run.Error, StringComparison.Ordinal);
        Assert.Contains("Here --storage sets it.", run.Error, StringComparison.Ordinal);
        Assert.Contains("Bittbridge:TablePrefix is 'a-b'", run.Error, StringComparison.Ordinal);
        Assert.Contains("Here --table-prefix sets it.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_contestants_and_plot_format_are_reported_together()
    {
        var run = await CommandRun.OfAsync(
            "tournament",
            "--prices",
            "p.csv",
            "--level",
            "7",
            "--plot",
            "shares.gif",
            "--models",
            "lstm,arima:best,arima:best"
        );

        Assert.Equal(2, run.Status);
        Assert.Contains("--level is '7': give ", run.Error, StringComparison.Ordinal);
        Assert.Contains("There is no model 'lstm': name one of ", run.Error, StringComparison.Ordinal);
        Assert.Contains("'best' is not an aim: write ", run.Error, StringComparison.Ordinal);
        Assert.Contains("A tournament needs two or more different miners", run.Error, StringComparison.Ordinal);
        Assert.Contains("The plot 'shares.gif' is neither .svg nor .png", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backtest", "--model", "lstm", "There is no model 'lstm'")]
    [InlineData("calibrate", "--model", "lstm", "There is no model 'lstm'")]
    [InlineData("backtest", "--plot", "no-such-folder/a.svg", "because there is no folder")]
    [InlineData("fit", "--out", "no-such-folder/a.json", "because there is no folder")]
    public async Task Faults_of_a_model_and_an_output_file_are_reported_with_the_rest(
        string command,
        string option,
        string value,
        string said
    )
    {
        var run = await CommandRun.OfAsync(command, option, value);

        Assert.Equal(2, run.Status);
        Assert.Contains("--prices is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}
