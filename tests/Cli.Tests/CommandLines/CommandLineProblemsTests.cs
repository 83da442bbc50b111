using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.CommandLines;

/// <summary>Command lines that are wrong, as their user types them.</summary>
[Collection(CommandRun.Console)]
public sealed class CommandLineProblemsTests
{
    [Theory]
    [InlineData("There is no command 'challange': did you mean 'challenge'?", "challange", "--count", "3")]
    [InlineData("There is no command 'BACKTESTS': did you mean 'backtest'?", "BACKTESTS")]
    [InlineData("There is no command 'adress': did you mean 'address'?", "keys", "adress")]
    [InlineData("There is no command 'vreify': did you mean 'verify'?", "models", "vreify", "x")]
    [InlineData("There is no command 'delete': give one of list, verify, push, activate, shadow or rollback.", "models", "delete", "x")]
    [InlineData(
        "A command is missing: give one of init, challenge, keys, axon, doctor, backtest, tournament, calibrate, fit, dataset, prices, "
            + "models or report."
    )]
    [InlineData("A command is missing: give one of address.", "keys")]
    [InlineData(
        "11 words (not shown) do not belong to an option",
        "challenge",
        "--netuid",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
        "h",
        "i",
        "j",
        "k",
        "l"
    )]
    [InlineData("There is no option '--jsn': did you mean '--json'?", "doctor", "--jsn")]
    [InlineData("There is no option '--prces': did you mean '--prices'?", "backtest", "--prces=x.csv")]
    [InlineData("There is no option '--frobnicate': remove it.", "doctor", "--frobnicate", "hard")]
    [InlineData("There is no option '--jsno': did you mean '--json'?", "keys", "address", "--jsno")]
    [InlineData("--prices is missing: give the path of a CSV file with the columns timestamp_utc,close.", "backtest")]
    [InlineData("--level has no value: give a number from 0.5 to 0.999, such as 0.9.", "backtest", "--prices", "x.csv", "--level")]
    [InlineData("--level is given 2 times: give it once.", "backtest", "--prices", "x.csv", "--level", "0.8", "--level", "0.9")]
    [InlineData("--count is 'three': give a whole number from 1 to 1000000, such as 1.", "challenge", "--count", "three")]
    [InlineData("--count is '99999999999': give a whole number", "challenge", "--count", "99999999999")]
    [InlineData("--format is 'v11': give btauth or v10.", "challenge", "--format", "v11")]
    [InlineData("--port is '80.5': give a whole number", "axon", "--ip", "1.2.3.4", "--port", "80.5")]
    [InlineData("'maybe' does not belong to an option", "doctor", "--json=maybe")]
    [InlineData("NAME@VERSION is missing: give the version", "models", "activate")]
    [InlineData("PATH is missing", "models", "push")]
    [InlineData("'x' does not belong to an option: put it after its option, or remove it.", "models", "list", "x")]
    [InlineData("push takes only PATH and NAME@VERSION, but there are 2 more words", "models", "push", "a", "a@1", "b", "c")]
    [InlineData("Sign with --dev or with --hotkey-file", "challenge", "--dev", "//Alice", "--hotkey-file", "x")]
    [InlineData("Give --ip and --port together", "axon", "--port", "80")]
    public async Task A_wrong_command_line_is_one_sentence_with_status_2(string sentence, params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal(2, run.Status);
        Assert.Empty(run.Output);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_are_reported_at_once()
    {
        var run = await CommandRun.OfAsync(
            "backtest",
            "--level",
            "90%",
            "--aim",
            "7",
            "--form",
            "x",
            "--from",
            "Monday",
            "--learning",
            "yes"
        );

        Assert.Equal(2, run.Status);
        Assert.Equal(
            [
                "There is no option '--form': did you mean '--from'?",
                "--prices is missing: give the path of a CSV file with the columns timestamp_utc,close.",
                "--aim is '7': give coverage, rank or reward.",
                "--level is '90%': give a number from 0.5 to 0.999, such as 0.9.",
                "--from is 'Monday': give a time in ISO 8601 such as 2025-10-13T15:15:00Z (UTC where no offset is given), or a share of "
                    + "the prices such as 70%.",
                "--learning is 'yes': give on or off.",
                "See 'bittbridge backtest --help'.",
            ],
            run.Error.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')
        );
    }

    [Theory]
    [InlineData("challenge", "--hotkey")]
    [InlineData("challenge", "--miner")]
    [InlineData("challenge", "--count")]
    [InlineData("challenge", "--format")]
    [InlineData("axon", "--wallet-hotkey")]
    [InlineData("axon", "--network")]
    [InlineData("axon", "--hotkey")]
    [InlineData("doctor", "--settings")]
    [InlineData("backtest", "--aim")]
    [InlineData("models", "activate")]
    [InlineData("models", "list")]
    [InlineData("keys", "address")]
    [InlineData("keys", "verify")]
    [InlineData("keys")]
    [InlineData]
    public async Task No_word_of_a_phrase_without_quotes_is_repeated(params string[] args)
    {
        var run = await CommandRun.OfAsync([.. args, .. Secrets.Phrase.Split(' ')]);

        Assert.Equal(2, run.Status);
        Assert.Every(
            Secrets.Phrase.Split(' ').Where(word => word.Length > 3),
            word => Assert.DoesNotContain($"'{word}", run.Output + run.Error, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Wrong_values_of_switches_and_environment_and_unknown_switches_are_reported_at_once()
    {
        var axon = await CommandRun.OfAsync(
            "axon",
            "--hotkey",
            "5abc",
            "--ip",
            "1.2.3",
            "--port",
            "99999",
            "--netuid",
            "70000",
            "--network",
            "foo",
            "--jsn"
        );
        var settings = await CommandRun.InAsync(
            new Dictionary<string, string?>
            {
                ["Bittbridge:Network"] = "foo",
                ["Bittbridge:Netuid"] = "70000",
                ["Bittbridge:Hotkey"] = "5abc",
            },
            "axon",
            "--ip",
            "2001:db8::1"
        );
        var challenge = await CommandRun.OfAsync("challenge", "--url", "ftp://x", "--count", "0", "--miner", "zz", "--timeout", "x");
        var keys = await CommandRun.OfAsync("keys", "address", "zz", "--format", "99999", "--jsn");

        Assert.Every([axon, settings, challenge, keys], run => Assert.Equal(2, run.Status));
        Says(axon, "'--jsn'", "--ip is '1.2.3'", "--port is '99999'", "'5abc'", "--netuid is '70000'", "--network is 'foo'");
        Says(settings, "Bittbridge:Network is 'foo'", "Bittbridge:Netuid is '70000'", "'5abc'", "IPv6", "--ip and --port together");
        Says(challenge, "'--timeout'", "--url is 'ftp://x'", "--count is '0'", "--miner is 'zz'");
        Says(keys, "'--jsn'", "'zz' is neither a file nor a key", "--format is '99999': give a whole number from 0 to 16383");
    }

    [Theory]
    [InlineData("axon")]
    [InlineData("doctor")]
    public async Task An_unreadable_wallet_is_reported_under_the_commands_own_switch(string command)
    {
        var run = await CommandRun.OfAsync(command, "--wallet-path", "/no/such/wallets", "--wallet-hotkey", "first", "--jsn");

        Assert.Equal(2, run.Status);
        Says(run, "The switch --wallet-name is 'default' with the hotkey 'first'", "'--jsn'");
        Assert.DoesNotContain("--wallet.name", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_be_a_secret_is_not_repeated()
    {
        const string Phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";

        var pasted = await CommandRun.OfAsync(["keys", "address", .. Phrase.Split(' ')]);
        var quoted = await CommandRun.OfAsync("challenge", "--count", Phrase);
        var hex = await CommandRun.OfAsync("challenge", "--count", new string('a', 64));

        Assert.Every([pasted, quoted, hex], run => Assert.Equal(2, run.Status));
        Assert.DoesNotContain("sausage", pasted.Error + quoted.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaaaaaa", hex.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("backtest", "--help")]
    [InlineData("models", "push", "-h")]
    [InlineData("--version")]
    public async Task Help_is_a_valid_command_line(params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.NotEmpty(run.Output);
    }

    [Fact]
    public async Task Help_names_each_choice_once_and_as_it_is_written()
    {
        var run = await CommandRun.OfAsync("backtest", "--help");

        Assert.Contains("--aim <coverage|rank|reward> ", run.Output, StringComparison.Ordinal);
        Assert.Contains("--theme <dark|light> ", run.Output, StringComparison.Ordinal);
    }

    private static void Says(CommandRun run, params string[] words) =>
        Assert.Every(words, one => Assert.Contains(one, run.Error, StringComparison.Ordinal));
}
