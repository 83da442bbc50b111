using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Tests.CommandLines;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("backtets", "backtest")]
    [InlineData("bcktest", "backtest")]
    [InlineData("Fit", "fit")]
    [InlineData("fti", "fit")]
    [InlineData("doktor", "doctor")]
    [InlineData("delete", null)]
    [InlineData("", null)]
    public void A_name_is_near_when_few_letters_differ(string written, string? near) =>
        Assert.Equal(near, NearestName.Of(written, ["backtest", "fit", "doctor", "tournament"]));
}
