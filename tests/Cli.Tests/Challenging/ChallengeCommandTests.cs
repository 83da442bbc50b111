using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Cli.Tests.Challenging;

[Collection(CommandRun.Console)]
public sealed class ChallengeCommandTests
{
    private const string Answer = """{"prediction":7.1035,"interval":[7.1012,7.1058],"timestamp":"x"}""";

    [Theory]
    [InlineData("v10", WireFormat.V10)]
    [InlineData("btauth", WireFormat.BtAuth1)]
    public async Task A_challenge_is_signed_as_the_named_key_in_the_named_format(string format, WireFormat expected)
    {
        await using var miner = new StandInMiner(200, Answer);
        var (status, output, _) = await CommandRun.OfAsync(
            "challenge",
            "--url",
            miner.Url,
            "--format",
            format,
            "--dev",
            "//Charlie",
            "--count",
            "2",
            "--json"
        );
        Assert.Equal(0, status);
        Assert.Equal(2, miner.Callers.Count);
        Assert.Every(
            miner.Callers,
            result =>
            {
                Assert.True(result.IsVerified, result.Refusal?.Message);
                Assert.Equal(expected, result.Caller!.Format);
                Assert.Equal(DevelopmentKey.Derive("//Charlie").Address, result.Caller.Hotkey);
            }
        );
        var line = JsonDocument.Parse(output.Split('\n')[0]).RootElement;
        Assert.Equal(7.1035, line.GetProperty("prediction").GetDouble());
        Assert.Equal(7.1058, line.GetProperty("upper").GetDouble());
        Assert.InRange(
            (TimeProvider.System.GetUtcNow() - miner.Challenges[0].Timestamp).Duration(),
            TimeSpan.Zero,
            TimeSpan.FromMinutes(1)
        );
    }

    [Fact]
    public async Task An_answer_is_described_in_words()
    {
        await using var miner = new StandInMiner(200, Answer);
        var (status, output, _) = await CommandRun.OfAsync("challenge", "--url", miner.Url);
        Assert.Equal(0, status);
        Assert.Contains("7.1035 CNY", output, StringComparison.Ordinal);
        Assert.Contains("between 7.1012 and 7.1058", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, """{"message":"Forbidden. Key is blacklisted: no permit."}""", "no permit")]
    [InlineData(200, """{"prediction":null,"interval":null}""", "health/details")]
    [InlineData(502, "<html>", "is that a miner?")]
    public async Task Without_a_forecast_the_exit_status_is_1_and_the_reason_is_shown(int answered, string answer, string word)
    {
        await using var miner = new StandInMiner(answered, answer);
        var (status, output, _) = await CommandRun.OfAsync("challenge", "--url", miner.Url);
        Assert.Equal(1, status);
        Assert.Contains(word, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_miner_of_the_environment_is_called_unless_another_is_named()
    {
        await using var miner = new StandInMiner(200, Answer);
        var environment = new Dictionary<string, string?> { ["Bittbridge:Hotkey"] = DevelopmentKey.Derive("//Dave").Address.ToString() };

        await CommandRun.InAsync(environment, "challenge", "--url", miner.Url);
        await CommandRun.InAsync(
            environment,
            "challenge",
            "--url",
            miner.Url,
            "--miner",
            DevelopmentKey.Derive("//Bob").Address.ToString()
        );

        // The stand-in is //Bob.
        Assert.Equal([false, true], miner.Callers.Select(caller => caller.IsVerified));
    }

    [Fact]
    public async Task A_hotkey_file_signs()
    {
        await using var miner = new StandInMiner(200, Answer);

        var run = await CommandRun.OfAsync(
            "challenge",
            "--url",
            miner.Url,
            "--hotkey-file",
            RecordedFacts.PathOf("fixtures/wallets/alice-hotkey.json")
        );

        Assert.Equal(0, run.Status);
        Assert.Equal(DevelopmentKey.Derive("//Alice").Address, miner.Callers.Single().Caller!.Hotkey);
    }

    [Fact]
    public async Task A_refusal_is_explained_in_words_and_in_json()
    {
        await using var miner = new StandInMiner(
            403,
            """{"message":"Forbidden. Key is blacklisted: no permit."}""",
            DevelopmentKey.Derive("//Bob").Address.ToString()
        );

        var words = await CommandRun.OfAsync("challenge", "--url", miner.Url);
        var json = await CommandRun.OfAsync("challenge", "--url", miner.Url, "--json");

        Assert.Equal((1, 1), (words.Status, json.Status));
        Assert.Contains("What it means The signature is valid, but this hotkey may not call", words.Words, StringComparison.Ordinal);
        Assert.Contains("What to do Sign with such a hotkey", words.Words, StringComparison.Ordinal);
        var outcome = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(403, outcome.GetProperty("status").GetInt32());
        Assert.StartsWith(
            "The signature is valid",
            outcome.GetProperty("explanation").GetProperty("meaning").GetString(),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Sign with such a hotkey",
            outcome.GetProperty("explanation").GetProperty("remedy").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task One_answer_without_a_forecast_among_others_makes_the_exit_status_1()
    {
        var asked = 0;
        await using var server = new StandInServer(context =>
            context.Response.WriteAsync(++asked == 2 ? """{"prediction":null}""" : Answer, context.RequestAborted)
        );

        var run = await CommandRun.OfAsync("challenge", "--url", server.Url, "--count", "3", "--json");

        Assert.Equal((1, 3), (run.Status, asked));
        Assert.Equal(3, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"prediction":7.1,"interval":["a","b"]}""")]
    [InlineData("""{"prediction":"7.1"}""")]
    public async Task No_answer_however_odd_ends_the_command_in_an_error(string answer)
    {
        await using var server = new StandInServer(200, answer);

        var run = await CommandRun.OfAsync("challenge", "--url", server.Url, "--json");

        Assert.Equal(answer.Contains("7.1,", StringComparison.Ordinal) ? 0 : 1, run.Status);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Where_nothing_listens_the_remedy_is_named()
    {
        var (status, output, _) = await CommandRun.OfAsync("challenge", "--url", "http://127.0.0.1:1");
        Assert.Equal(1, status);
        Assert.Contains("is the miner running there?", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("challenge", "--url", "miner")]
    [InlineData("challenge", "--format", "v11")]
    [InlineData("challenge", "--dev", "Alice")]
    [InlineData("challenge", "--miner", "5abc")]
    [InlineData("challenge", "--hotkey-file", "no-such-file")]
    [InlineData("challenge", "--dev", "//Alice", "--hotkey-file", "no-such-file")]
    [InlineData("challenge", "--count", "many")]
    [InlineData("challenge", "--count", "0")]
    [InlineData("chalenge")]
    public async Task A_wrong_command_line_is_refused_with_a_sentence_and_exit_status_2(params string[] args)
    {
        var (status, _, error) = await CommandRun.OfAsync(args);
        Assert.Equal(2, status);
        Assert.NotEmpty(error);
    }
}
