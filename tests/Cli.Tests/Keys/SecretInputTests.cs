namespace Bittbridge.Cli.Tests.Keys;

/// <summary>What is pasted into the wrong place is never written back, neither to the output nor to the error stream.</summary>
[Collection(CommandRun.Console)]
public sealed class SecretInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bittbridge").FullName;

    public static TheoryData<string[]> Commands =>
        [
            new[] { "keys", "address", "{}" },
            new[] { "axon", "--network", "http://127.0.0.1:1", "--hotkey", "{}" },
            new[] { "axon", "--network", "{}" },
            new[] { "axon", "--netuid", "{}" },
            new[] { "axon", "--wallet-name", "{}" },
            new[] { "axon", "--port", "1", "--ip", "{}" },
            new[] { "axon", "--port", "{}" },
            new[] { "challenge", "--miner", "{}" },
            new[] { "challenge", "--hotkey-file", "{}" },
            new[] { "challenge", "--dev", "{}" },
            new[] { "challenge", "--url", "{}", "--miner", "x" },
            new[] { "doctor", "--settings", "{}" },
            new[] { "models", "list", "--storage", "{}", "--table-prefix", "-" },
            new[] { "models", "push", "{}", "a@1", "--storage", "UseDevelopmentStorage=true", "--table-prefix", "-" },
            new[] { "{}" },
            new[] { "keys", "{}" },
        ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Commands))]
    public async Task No_command_repeats_a_secret(string[] args)
    {
        foreach (var (text, hidden) in Secrets.All)
        {
            var run = await CommandRun.OfAsync([.. args.Select(arg => arg == "{}" ? text : arg)]);
            Assert.True(run.Status != 0, $"{string.Join(' ', args)} took {text}");
            Assert.DoesNotContain(hidden, run.Output + run.Error, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Sixty_four_hex_digits_may_be_a_seed_and_are_a_key_only_on_request()
    {
        var run = await CommandRun.OfAsync("keys", "address", "0x" + Secrets.Seed);

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("may be a public key or a secret seed", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.OfAsync("keys", "address", "0x" + Secrets.Seed, "--public-key")).Status);
    }

    [Theory]
    [InlineData("", 2, "a secret phrase or a secret key in plain text")]
    [InlineData("0x" + Secrets.Seed, 2, "a secret phrase or a secret key in plain text")]
    [InlineData(Secrets.Phrase, 2, "a secret phrase or a secret key in plain text")]
    [InlineData(
        """{"ss58Address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY","secretPhrase":"bottom drive obey"}""",
        0,
        "The file contains the secret in plain text"
    )]
    [InlineData(
        """{"encoded":"AAAA","encoding":{"content":["pkcs8","sr25519"],"type":["none"],"version":"3"},"address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"}""",
        0,
        "The file contains the secret in plain text"
    )]
    [InlineData(
        """{"encoded":"AAAA","encoding":{"content":["pkcs8","sr25519"],"type":["scrypt","xsalsa20-poly1305"],"version":"3"},"address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"}""",
        0,
        "The file contains the secret, encrypted"
    )]
    [InlineData("""{"ss58Address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"}""", 0, "The file is public")]
    [InlineData("$NACL0123456789", 2, "is encrypted")]
    [InlineData("hello", 2, "is not a JSON object of the SDK")]
    public async Task The_kind_of_a_key_file_is_named_and_its_secret_is_not_shown(string content, int status, string words)
    {
        var path = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(
            path,
            content.Length == 0 ? Secrets.Phrase.Replace(' ', '\n') : content,
            TestContext.Current.CancellationToken
        );

        var run = await CommandRun.OfAsync("keys", "address", path);

        Assert.Equal(status, run.Status);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("obey", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("9a5092", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_without_an_end_and_a_path_without_an_end_are_refused_in_words()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no /dev/zero.");
        var path = new string('/', 1) + string.Join('/', Enumerable.Repeat("x.y", 1300)) + ".json";

        foreach (
            var args in new string[][]
            {
                ["keys", "address", "/dev/zero"],
                ["challenge", "--hotkey-file", "/dev/zero"],
                ["axon", "--hotkey", "/dev/zero"],
                ["backtest", "--prices", path],
                ["backtest", "--prices", "/dev/zero"],
            }
        )
        {
            var run = await CommandRun.OfAsync(args);

            Assert.Equal(2, run.Status);
            Assert.Contains(args[^1] == path ? "the path is too long" : "/dev/zero", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", run.Error, StringComparison.Ordinal);
            Assert.True(run.Error.Length < 600, run.Error);
        }
    }
}
