using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Tests.Configuration;

public sealed class HomePathTests
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    [Fact]
    public void A_tilde_that_no_shell_expanded_is_the_users_folder()
    {
        Assert.Equal(Path.Combine(Home, "wallets"), HomePath.Expand("~/wallets"));
        Assert.Equal(Home, HomePath.Expand("~"));
        Assert.Equal("~other/wallets", HomePath.Expand("~other/wallets"));
        Assert.Equal("./~/wallets", HomePath.Expand("./~/wallets"));
    }

    [Fact]
    public void So_it_is_in_a_command_line_but_not_in_a_text() =>
        Assert.Equal(
            ["keys", Path.Combine(Home, "a"), "--settings=" + Path.Combine(Home, "b"), "--message", "~/c", "--message=~/d"],
            HomePath.Expand(["keys", "~/a", "--settings=~/b", "--message", "~/c", "--message=~/d"], "--message")
        );
}
