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
    private const string AliceOnPolkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
    private const string Bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
    private const string Development = "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV";
    private const string DevelopmentSeed = "0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";
    private const string EncryptedFile =
        "The hotkey file FILE is encrypted, and only plain files can be read: use the public file beside it for the address, or let the "
        + "SDK write the hotkey without a password.";
    private const string BareSecret =
        "The hotkey file FILE holds a secret phrase or a secret key in plain text, and no address: keep it away from the miner, and use "
        + "the address or the public file instead.";
    private const string UnsupportedForm =
        "The hotkey file FILE contains its secret in an unsupported form, such as only a phrase: let the SDK write the "
        + "hotkey's file again.";
    private const string AnotherKey =
        "The secret in the hotkey file FILE does not match the file's address, so it is not an sr25519 key or was changed.";
    private const string NoObject = "The hotkey file FILE is not a JSON object of the SDK.";
    private const string BobKey = "0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48";

    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("alice-hotkey.json", Alice)]
    [InlineData("dev-hotkey.json", Development)]
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

    /// <summary>FILE stands for the file's path.</summary>
    public static TheoryData<string, HotkeyFileKind, string?, string?> Kinds =>
        new()
        {
            { $$"""{"publicKey":"{{AliceKey}}","privateKey":"{{AliceSecret}}"}""", HotkeyFileKind.Secret, Alice, null },
            // The address is in the file's format.
            { $$"""{"ss58Address":"{{AliceOnPolkadot}}","privateKey":"{{AliceSecret}}"}""", HotkeyFileKind.Secret, AliceOnPolkadot, null },
            {
                $$"""{"ss58Address":"{{Development}}","secretSeed":"{{DevelopmentSeed}}","secretPhrase":null}""",
                HotkeyFileKind.Secret,
                Development,
                null
            },
            { $$"""{"ss58Address":"{{Alice}}"}""", HotkeyFileKind.Public, Alice, null },
            {
                $$"""{"accountId":"{{AliceKey}}","publicKey":"{{AliceKey}}","ss58Address":"{{Alice}}"}""",
                HotkeyFileKind.Public,
                Alice,
                null
            },
            { $$"""{"ss58Address":"{{Alice}}","secretPhrase":""}""", HotkeyFileKind.Public, Alice, null },
            { $$"""{"ss58Address":"{{Alice}}","secretPhrase":null,"secretSeed":null}""", HotkeyFileKind.Public, Alice, null },
            // What is no text is left out with all that is in it.
            { $$"""{"meta":{"address":"{{Bob}}"},"ss58Address":"{{Alice}}"}""", HotkeyFileKind.Public, Alice, null },
            { $$"""{"address":5,"ss58Address":"{{Alice}}"}""", HotkeyFileKind.Public, Alice, null },
            { $$"""{"encoding":"none","ss58Address":"{{Alice}}"}""", HotkeyFileKind.Public, Alice, null },
            { $$"""{"ss58Address":"{{Alice}}","secretPhrase":"two words"}""", HotkeyFileKind.Secret, Alice, UnsupportedForm },
            {
                $$"""{"secretPhrase":"two","secretPhrase":"words","ss58Address":"{{Alice}}"}""",
                HotkeyFileKind.Secret,
                Alice,
                UnsupportedForm
            },
            // Keystores of polkadot-js: encrypted, or with the encryption "none".
            {
                $$"""{"address":"{{Alice}}","encoded":"AQ==","encoding":{"content":["pkcs8","sr25519"],"type":["scrypt","xsalsa20-poly1305"] } }""",
                HotkeyFileKind.Encrypted,
                Alice,
                null
            },
            {
                $$"""{"meta":{"name":"none"},"encoded":"AQ==","encoding":{"type":["scrypt"]},"address":"{{Alice}}"}""",
                HotkeyFileKind.Encrypted,
                Alice,
                null
            },
            {
                $$"""{"encoded":"AQ==","encoding":{"type":["none"]},"address":"{{Alice}}"}""",
                HotkeyFileKind.Secret,
                Alice,
                UnsupportedForm
            },
            {
                $$"""{"encoded":"AQ==","encoding":{"content":["none"],"type":["none"]},"address":"{{Alice}}"}""",
                HotkeyFileKind.Secret,
                Alice,
                UnsupportedForm
            },
            {
                $$"""{"encoding":{"type":"none"},"encoding":{"type":"none"},"encoded":"AQ==","address":"{{Alice}}"}""",
                HotkeyFileKind.Secret,
                Alice,
                UnsupportedForm
            },
            { $$"""{"publicKey":"{{BobKey}}","privateKey":"{{AliceSecret}}"}""", HotkeyFileKind.Secret, Bob, AnotherKey },
            { $$"""{"publicKey":"{{BobKey}}","secretSeed":"{{DevelopmentSeed}}"}""", HotkeyFileKind.Secret, Bob, AnotherKey },
            {
                $$"""{"publicKey":"{{AliceKey}}","privateKey":"0x{{new string('f', 128)}}"}""",
                HotkeyFileKind.Secret,
                Alice,
                "The secret in the hotkey file FILE is not an sr25519 secret."
            },
            { "$NACL\u0001\u0002", HotkeyFileKind.Encrypted, null, EncryptedFile },
            { "$ANSIBLE_VAULT;1.1;AES256", HotkeyFileKind.Encrypted, null, EncryptedFile },
            { "gAAAAABk", HotkeyFileKind.Encrypted, null, EncryptedFile },
            { DevelopmentSeed, HotkeyFileKind.Secret, null, BareSecret },
            { $" \t{DevelopmentSeed[2..].ToUpperInvariant()}\r\n", HotkeyFileKind.Secret, null, BareSecret },
            { AliceSecret[2..], HotkeyFileKind.Secret, null, BareSecret },
            { "one two three four five six seven eight nine", HotkeyFileKind.Secret, null, BareSecret },
            { "one two three four five\nsix\nseven\neight\nnine", HotkeyFileKind.Secret, null, BareSecret },
            { "one two three four five six seven eight", HotkeyFileKind.Unreadable, null, NoObject },
            { "one two three four five six seven eight 9", HotkeyFileKind.Unreadable, null, NoObject },
            { DevelopmentSeed[..^1], HotkeyFileKind.Unreadable, null, NoObject },
            { DevelopmentSeed[..^1] + "g", HotkeyFileKind.Unreadable, null, NoObject },
            { " \n", HotkeyFileKind.Unreadable, null, NoObject },
            { "", HotkeyFileKind.Unreadable, null, NoObject },
            { "[]", HotkeyFileKind.Unreadable, null, NoObject },
            { "\"text\"", HotkeyFileKind.Unreadable, null, NoObject },
            { """{"ss58Address":"5Grwva""", HotkeyFileKind.Unreadable, null, NoObject },
            { """{"ss58Address":"\ud800"}""", HotkeyFileKind.Unreadable, null, NoObject },
            { "{}", HotkeyFileKind.Unreadable, null, "The hotkey file FILE holds no ss58Address." },
            {
                """{"ss58Address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE has an invalid ss58Address."
            },
            {
                """{"ss58Address":"5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE holds the all-zero key, which has no owner."
            },
            {
                """{"publicKey":"0x00"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE has an invalid publicKey, or two different ones."
            },
            {
                $$"""{"publicKey":"{{AliceKey}}","accountId":"{{BobKey}}"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE has an invalid accountId, or two different ones."
            },
            {
                $$"""{"ss58Address":"{{Alice}}","publicKey":"{{BobKey}}"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE holds an address and a public key that do not match."
            },
            {
                $$"""{"ss58Address":"{{Alice}}","secretSeed":"0xzz"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE holds a secretSeed that is not 32 bytes in hex."
            },
            {
                $$"""{"ss58Address":"{{Alice}}","privateKey":"0x00"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE holds a privateKey that is not 64 bytes in hex."
            },
            {
                $$"""{"ss58Address":"{{Alice}}","secretSeed":"{{new string('0', 63)}}g"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE holds a secretSeed that is not 32 bytes in hex."
            },
            {
                $$"""{"ss58Address":"{{Alice}}","privateKey":"{{new string('0', 127)}}g"}""",
                HotkeyFileKind.Unreadable,
                null,
                "The hotkey file FILE holds a privateKey that is not 64 bytes in hex."
            },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_is_described_by_its_kind_its_address_and_what_is_wrong_with_it(
        string content,
        HotkeyFileKind kind,
        string? address,
        string? problem
    )
    {
        Write(content);

        var summary = HotkeyFile.Examine(path);

        Assert.Equal((kind, address, In(path, problem)), (summary.Kind, summary.Address?.ToString(), summary.Problem));
        var canSign = HotkeyFile.TryRead(path, out var pair, out _);
        using (pair)
        {
            Assert.Equal(kind == HotkeyFileKind.Secret && problem is null, canSign);
        }

        // Without an address, all ways to read the file name the same problem.
        if (address is null)
        {
            Assert.False(HotkeyFile.TryReadAddress(path, out _, out var said));
            Assert.Equal(summary.Problem, said);
            Assert.False(HotkeyFile.TryRead(path, out _, out said));
            Assert.Equal(summary.Problem, said);
        }
    }

    [Theory]
    [InlineData($$"""{"ss58Address":"{{Alice}}"}""", "The hotkey file FILE holds no secret: it is a public file, which cannot sign.")]
    [InlineData(
        $$"""{"address":"{{Alice}}","encoded":"AQ=="}""",
        "The hotkey file FILE is an encrypted keystore; signing needs a plain file of the SDK."
    )]
    [InlineData($$"""{"ss58Address":"{{Alice}}","secretPhrase":"two words"}""", UnsupportedForm)]
    public void A_file_that_cannot_sign_says_why(string content, string problem)
    {
        Write(content);

        Assert.False(HotkeyFile.TryRead(path, out _, out var said));

        Assert.Equal(In(path, problem), said);
    }

    /// <summary>As editors and shells on Windows write them; the letter in the label takes three bytes in UTF-8.</summary>
    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_file_with_a_byte_order_mark_is_read(string encoding)
    {
        File.WriteAllText(
            path,
            $$"""{"label":"{{new string('€', 200)}}","ss58Address":"{{Alice}}"}""",
            System.Text.Encoding.GetEncoding(encoding)
        );

        Assert.True(HotkeyFile.TryReadAddress(path, out var address, out var problem), problem);

        Assert.Equal(Alice, address.ToString());
    }

    [Fact]
    public void A_file_has_64_KB_at_most()
    {
        Write($$"""{"ss58Address":"{{Alice}}"}""".PadRight(65_536));
        Assert.True(HotkeyFile.TryReadAddress(path, out _, out var problem), problem);

        Write($$"""{"ss58Address":"{{Alice}}"}""".PadRight(65_537));
        Assert.False(HotkeyFile.TryReadAddress(path, out _, out problem));
        Assert.Equal($"The file {path} is too long for a hotkey file.", problem);
        Assert.Equal(new HotkeyFileSummary(HotkeyFileKind.Unreadable, null, problem), HotkeyFile.Examine(path));
    }

    [Fact]
    public void What_cannot_be_opened_says_why()
    {
        var tooLong = Path.Combine(Path.GetTempPath(), new string('a', 40_000));
        foreach (
            var (file, why) in (ReadOnlySpan<(string, string)>)
                [
                    (path, "does not exist"),
                    (Path.Combine(path, "file"), "does not exist"),
                    (Path.GetTempPath(), "is a folder"),
                    (tooLong, "cannot be read, since its path is too long"),
                    ("a\0b", "cannot be read"),
                ]
        )
        {
            Assert.False(HotkeyFile.TryReadAddress(file, out _, out var problem));
            Assert.Equal($"The hotkey file {file} {why}.", problem);
        }
    }

    [Fact]
    public void A_file_that_may_not_be_read_says_so()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("This user may read every file, or files have no modes here: run the tests on Unix as a user other than root.");
            return;
        }

        Write($$"""{"ss58Address":"{{Alice}}"}""");
        File.SetUnixFileMode(path, UnixFileMode.UserWrite);

        Assert.False(HotkeyFile.TryReadAddress(path, out _, out var problem));

        Assert.Equal($"The hotkey file {path} may not be read.", problem);
    }

    [Fact]
    public void A_new_pair_is_another_one_each_time()
    {
        using var one = HotkeyPair.Create();
        using var other = HotkeyPair.Create();
        Assert.NotEqual(one.PublicKey, other.PublicKey);
    }

    [Fact]
    public void A_secret_has_exactly_its_length()
    {
        var secret = Convert.FromHexString(AliceSecret[2..]);
        Assert.Equal("secret", Assert.Throws<ArgumentOutOfRangeException>(() => HotkeyPair.FromSecret(secret.AsSpan(0, 63))).ParamName);
        Assert.Equal("miniSecret", Assert.Throws<ArgumentOutOfRangeException>(() => HotkeyPair.FromMiniSecret(secret)).ParamName);
    }

    [Fact]
    public void A_pair_that_was_disposed_signs_no_more()
    {
        var pair = HotkeyPair.Create();
        pair.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.Sign("text"u8));
        Assert.Throws<ObjectDisposedException>(() => pair.DeriveHard(new byte[32]));
    }

    private static string? In(string path, string? problem) => problem?.Replace("FILE", path, StringComparison.Ordinal);

    private void Write(string content) => File.WriteAllText(path, content);
}
