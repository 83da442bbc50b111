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
        // The longest name that is not hashed (with its length it has 32 bytes), and the first number that is a name.
        Assert.Equal("5CUMfSQxBJUS2kNZ3fPKhte7CPHQz9WWjvL6LMHcGy6ma6xq", DevelopmentKey.Derive("//" + new string('a', 31)).ToString());
        Assert.Equal("5FnmmEqtcYdJa7ikbQXggS685DpNeE9j7ob6oBYMyD9kQLxz", DevelopmentKey.Derive("//18446744073709551615").ToString());
        Assert.Equal("5EpxyqTWXnWapSa55fXrq8JtqD41YREqn7qJobZ69D7833f8", DevelopmentKey.Derive("//18446744073709551616").ToString());
    }

    [Theory]
    [InlineData("5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV", "")]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "//Alice")]
    [InlineData("5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY", "//Alice//stash")]
    [InlineData("5GHJzqvG6tXnngCpG7B12qjUvbo5e4e9z8Xjidk3CQZHxTPZ", null)]
    public void The_well_known_keys_are_recognized(string address, string? path) =>
        Assert.Equal(path, DevelopmentNames.Of(Ss58Address.Parse(address).PublicKey));
}
