using System.Text.Json;
using Bittbridge.Bittensor;

namespace Bittbridge.Cli.Tests;

/// <summary>The command as its user types it. One at a time: they share the console.</summary>
[Collection("console")]
public sealed class ChallengeCommandTests
{
    private const string Answer = """{"prediction":7.1035,"interval":[7.1012,7.1058],"timestamp":"x"}""";

    [Theory]
    [InlineData("v10", WireFormat.V10)]
    [InlineData("btauth", WireFormat.BtAuth1)]
    public async Task A_challenge_is_signed_as_the_named_key_in_the_named_format(string format, WireFormat expected)
    {
        await using var miner = await StandInMiner.StartAsync(200, Answer);
        var (status, output, _) = await RunAsync("challenge", "--url", miner.Url, "--format", format, "--dev", "//Charlie", "--count", "2", "--json");
        Assert.Equal(0, status);
        Assert.Equal(2, miner.Callers.Count);
        Assert.All(miner.Callers, result =>
        {
            Assert.True(result.IsVerified, result.Refusal?.Message);
            Assert.Equal(expected, result.Caller!.Format);
            Assert.Equal(DevelopmentKey.Derive("//Charlie").Address, result.Caller.Hotkey);
        });
        var line = JsonDocument.Parse(output.Split('\n')[0]).RootElement;
        Assert.Equal(7.1035, line.GetProperty("prediction").GetDouble());
        Assert.Equal(7.1058, line.GetProperty("upper").GetDouble());
        Assert.InRange((TimeProvider.System.GetUtcNow() - miner.Challenges[0].Timestamp).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task An_answer_is_told_in_words()
    {
        await using var miner = await StandInMiner.StartAsync(200, Answer);
        var (status, output, _) = await RunAsync("challenge", "--url", miner.Url);
        Assert.Equal(0, status);
        Assert.Contains("7.1035 CNY", output, StringComparison.Ordinal);
        Assert.Contains("between 7.1012 and 7.1058", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, """{"message":"Forbidden. Key is blacklisted: no permit."}""", "no permit")]
    [InlineData(200, """{"prediction":null,"interval":null}""", "health/ready")]
    [InlineData(502, "<html>", "is that a miner?")]
    public async Task Without_a_forecast_the_exit_status_is_1_and_the_reason_is_told(int answered, string answer, string word)
    {
        await using var miner = await StandInMiner.StartAsync(answered, answer);
        var (status, output, _) = await RunAsync("challenge", "--url", miner.Url);
        Assert.Equal(1, status);
        Assert.Contains(word, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_listens_the_remedy_is_named()
    {
        var (status, output, _) = await RunAsync("challenge", "--url", "http://127.0.0.1:1");
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
    [InlineData("chalenge")]
    public async Task A_wrong_command_line_is_refused_with_a_sentence_and_exit_status_2(params string[] args)
    {
        var (status, _, error) = await RunAsync(args);
        Assert.Equal(2, status);
        Assert.NotEmpty(error);
    }

    private static Task<CommandRun> RunAsync(params string[] args) => CommandRun.Of(args);
}
