using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Tests.Keys;

public sealed class DevelopmentKeyTests
{
    [Theory]
    [InlineData("", "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV")]
    [InlineData("//Alice", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")]
    [InlineData("//Bob", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty")]
    [InlineData("//Charlie", "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y")]
    [InlineData("//Dave", "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy")]
    [InlineData("//Alice//stash", "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY")]
    public void The_well_known_keys_come_out(string path, string address)
    {
        using var pair = DevelopmentKey.Derive(path);
        Assert.Equal(address, pair.ToString());
    }

    [Theory]
    [InlineData("Alice")]
    [InlineData("/Alice")]
    [InlineData("///Alice")]
    [InlineData("//Alice/soft")]
    [InlineData("//")]
    [InlineData("//Alice//")]
    public void Other_paths_are_refused(string path) => Assert.Throws<FormatException>(() => DevelopmentKey.Derive(path));

    [Fact]
    public void Numbers_and_long_names_are_junctions_of_their_own()
    {
        // From the SDK's Keypair.create_from_uri.
        Assert.Equal("5GHJzqvG6tXnngCpG7B12qjUvbo5e4e9z8Xjidk3CQZHxTPZ", DevelopmentKey.Derive("//7").ToString());
        Assert.Equal(
            "5Cw9v7NTnoMewqNYRKXUTeAPjSzfqkpLHV9PP7JmcCCv8Myu",
            DevelopmentKey.Derive("//a-name-that-is-longer-than-thirty-two-bytes").ToString()
        );
    }
}
