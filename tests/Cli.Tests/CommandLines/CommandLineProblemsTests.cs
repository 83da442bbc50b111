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
    [InlineData("There is no command 'delete': name one of list, verify, push, activate, shadow or rollback.", "models", "delete", "x")]
    [InlineData("A command is missing: name one of challenge, keys, axon, doctor, backtest, tournament, calibrate, fit or models.")]
    [InlineData("A command is missing: name one of address, inspect or verify.", "keys")]
    [InlineData("There is no switch '--jsn': did you mean '--json'?", "doctor", "--jsn")]
    [InlineData("There is no switch '--prces': did you mean '--prices'?", "backtest", "--prces=x.csv")]
    [InlineData("There is no switch '--frobnicate': take it out.", "doctor", "--frobnicate", "hard")]
    [InlineData("There is no switch '--jsno': did you mean '--json'?", "keys", "inspect", "--jsno")]
    [InlineData("--prices is missing: give the path of a CSV file with the columns timestamp_utc,close.", "backtest")]
    [InlineData("--level has no value: give a number from 0.5 to 0.999, such as 0.9.", "backtest", "--prices", "x.csv", "--level")]
    [InlineData("--level is given 2 times: give it once.", "backtest", "--prices", "x.csv", "--level", "0.8", "--level", "0.9")]
    [InlineData("--count is 'three': give a whole number (how many challenges).", "challenge", "--count", "three")]
    [InlineData("--count is '99999999999': give a whole number", "challenge", "--count", "99999999999")]
    [InlineData("--format is 'v11': give btauth or v10.", "challenge", "--format", "v11")]
    [InlineData("--port is '80.5': give a whole number", "axon", "--ip", "1.2.3.4", "--port", "80.5")]
    [InlineData("'maybe' follows no switch that takes it", "doctor", "--json=maybe")]
    [InlineData("NAME@VERSION is missing: give the version", "models", "activate")]
    [InlineData("PATH is missing", "models", "push")]
    [InlineData("'x' follows no switch that takes it: put it after the switch it belongs to, or take it out.", "models", "list", "x")]
    [InlineData("push takes PATH and NAME@VERSION alone, and 2 more words came", "models", "push", "a", "a@1", "b", "c")]
    [InlineData("Sign with --dev or with --hotkey-file", "challenge", "--dev", "//Alice", "--hotkey-file", "x")]
    [InlineData("Give --ip and --port together", "axon", "--port", "80")]
    public async Task A_wrong_command_line_is_told_in_words_with_status_2(string sentence, params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal(2, run.Status);
        Assert.Empty(run.Output);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
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
                "There is no switch '--form': did you mean '--from'?",
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

    [Fact]
    public async Task What_may_be_a_secret_is_not_repeated()
    {
        const string Phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";

        var pasted = await CommandRun.OfAsync(["keys", "inspect", .. Phrase.Split(' ')]);
        var quoted = await CommandRun.OfAsync("challenge", "--count", Phrase);
        var hex = await CommandRun.OfAsync("challenge", "--count", new string('a', 64));

        Assert.All([pasted, quoted, hex], run => Assert.Equal(2, run.Status));
        Assert.DoesNotContain("sausage", pasted.Error + quoted.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaaaaaa", hex.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("backtest", "--help")]
    [InlineData("models", "push", "-h")]
    [InlineData("--version")]
    public async Task Help_is_no_wrong_command_line(params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.NotEmpty(run.Output);
    }
}
