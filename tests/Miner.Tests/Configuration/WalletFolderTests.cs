using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Tests.Configuration;

public sealed class WalletFolderTests : IDisposable
{
    private readonly DirectoryInfo _wallets = Directory.CreateTempSubdirectory("wallets");

    public void Dispose() => _wallets.Delete(recursive: true);

    [Fact]
    public void The_address_comes_from_the_public_file_beside_the_hotkey()
    {
        Write(
            """
            {"accountId":"0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48","publicKey":"0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48",
             "ss58Address":"5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"}
            """
        );
        Assert.Equal("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", Read("w", "h").Address);
    }

    [Fact]
    public void Without_a_wallet_or_a_hotkey_there_is_no_address() => Assert.Equal((null, null), Read(null, null));

    [Fact]
    public void A_missing_file_names_itself_and_the_remedy()
    {
        var message = Read("w", "h").Problem;
        Assert.StartsWith("The switch --name-of-a-wallet is 'w' with the hotkey 'h'", message, StringComparison.Ordinal);
        Assert.Contains("hpub.txt", message, StringComparison.Ordinal);
        Assert.Contains("regen-hotkeypub", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("""{"ss58Address":7}""")]
    public void A_file_without_an_address_is_refused(string content)
    {
        Write(content);
        Assert.Contains("hpub.txt", Read("w", "h").Problem, StringComparison.Ordinal);
    }

    private (string? Address, string? Problem) Read(string? wallet, string? hotkey)
    {
        var problem = WalletFolder.Read("--name-of-a-wallet", _wallets.FullName, wallet, hotkey, "set the hotkey", out var address);
        return (address, problem?.ToString());
    }

    private void Write(string content)
    {
        var folder = _wallets.CreateSubdirectory("w").CreateSubdirectory("hotkeys");
        File.WriteAllText(Path.Combine(folder.FullName, "hpub.txt"), content);
    }
}
