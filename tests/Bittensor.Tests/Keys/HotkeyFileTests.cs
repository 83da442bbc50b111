using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Keys;

public sealed class HotkeyFileTests : IDisposable
{
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    private const string AliceKey = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
    private const string AliceSecret =
        "0x33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011";
    private const string BobKey = "0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48";

    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("alice-hotkey.json", Alice)]
    [InlineData("dev-hotkey.json", "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV")]
    public void The_files_of_the_sdk_give_pairs_that_sign(string file, string address)
    {
        var recorded = RecordedFacts.PathOf("fixtures/wallets/" + file);
        Assert.True(HotkeyFile.TryRead(recorded, out var pair, out var problem), problem);
        using (pair)
        {
            Assert.Equal(address, pair.Address.ToString());
            Assert.True(Sr25519.Verify(pair.PublicKey, "text"u8, pair.Sign("text"u8)));
        }

        Assert.True(HotkeyFile.TryReadAddress(recorded, out var only, out problem), problem);
        Assert.Equal(address, only.ToString());
    }

    [Fact]
    public void A_secret_seed_alone_is_enough()
    {
        Write(
            """{"ss58Address":"5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV","secretSeed":"0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e","secretPhrase":null}"""
        );
        Assert.True(HotkeyFile.TryRead(path, out var pair, out var problem), problem);
        pair.Dispose();
    }

    [Fact]
    public void A_public_file_gives_the_address_and_no_pair()
    {
        Write($$"""{"accountId":"{{AliceKey}}","publicKey":"{{AliceKey}}","ss58Address":"{{Alice}}"}""");
        Assert.True(HotkeyFile.TryReadAddress(path, out var address, out var problem), problem);
        Assert.Equal(Alice, address.ToString());
        Assert.False(HotkeyFile.TryRead(path, out _, out problem));
        Assert.Contains("holds no secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$NACL\u0001\u0002", "is encrypted")]
    [InlineData("$ANSIBLE_VAULT;1.1;AES256", "is encrypted")]
    [InlineData("gAAAAABk", "is encrypted")]
    [InlineData("", "not a JSON object")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("\"text\"", "not a JSON object")]
    [InlineData("""{"ss58Address":"5Grwva""", "not a JSON object")]
    [InlineData("""{"ss58Address":"\ud800"}""", "not a JSON object")]
    [InlineData("{}", "no ss58Address")]
    [InlineData("""{"ss58Address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"}""", "has an invalid ss58Address")]
    [InlineData("""{"publicKey":"0x00"}""", "has an invalid publicKey")]
    [InlineData($$"""{"publicKey":"{{AliceKey}}","accountId":"{{BobKey}}"}""", "or two different ones")]
    [InlineData($$"""{"ss58Address":"{{Alice}}","publicKey":"{{BobKey}}"}""", "that do not match")]
    [InlineData($$"""{"ss58Address":"{{Alice}}","privateKey":"0x00"}""", "privateKey that is not 64 bytes")]
    [InlineData($$"""{"ss58Address":"{{Alice}}","secretSeed":"0xzz"}""", "secretSeed that is not 32 bytes")]
    [InlineData("""{"ss58Address":"5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM"}""", "all-zero key")]
    public void What_is_wrong_with_a_file_is_said_in_a_sentence(string content, string words)
    {
        Write(content);
        Assert.False(HotkeyFile.TryRead(path, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.Contains(path, problem, StringComparison.Ordinal);
        Assert.False(HotkeyFile.TryReadAddress(path, out _, out problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($$"""{"publicKey":"{{BobKey}}","privateKey":"{{AliceSecret}}"}""", "does not match the file's address")]
    [InlineData(
        $$"""{"publicKey":"{{AliceKey}}","privateKey":"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}""",
        "not an sr25519 secret"
    )]
    public void A_secret_of_another_key_is_refused(string content, string words)
    {
        Write(content);
        Assert.False(HotkeyFile.TryRead(path, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("33a6f3", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_a_problem_too()
    {
        Assert.False(HotkeyFile.TryReadAddress(path, out _, out var problem));
        Assert.Contains(path, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_that_was_disposed_signs_no_more()
    {
        var pair = HotkeyPair.Create();
        pair.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.Sign("text"u8));
    }

    private void Write(string content) => File.WriteAllText(path, content);
}
