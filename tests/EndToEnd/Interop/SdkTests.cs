using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Interop;

/// <summary>The running miner, called by the real Bittensor SDKs.</summary>
[Collection(MinerCollection.Name)]
public sealed class SdkTests
{
    [Theory]
    [InlineData(SdkPython.Dendrite, "dendrite_calls.py")]
    [InlineData(SdkPython.HttpAuth, "http_auth_calls.py")]
    public async Task Every_call_of_the_SDK_gets_price_and_interval(string variable, string script)
    {
        SdkPython.Require(variable);
        await using var emulator = await StorageEmulator.StartNewAsync(TestContext.Current.CancellationToken);
        await using var miner = await StartAsync(emulator);

        var answers = await SdkPython.CallAsync(variable, script, miner.Address, "//Alice", "//Bob", count: 5);

        Assert.Equal(5, answers.Count);
        Assert.Every(
            answers,
            answer =>
            {
                Assert.Equal((200, 200, true), (answer.Status, answer.AxonStatus, answer.Timestamp));
                Assert.True(answer.Interval![0] < answer.Prediction && answer.Prediction < answer.Interval[1], answer.ToString());
            }
        );
    }

    [Theory]
    [InlineData(SdkPython.Dendrite, "dendrite_calls.py")]
    [InlineData(SdkPython.HttpAuth, "http_auth_calls.py")]
    public async Task A_call_that_was_signed_for_another_miner_is_refused(string variable, string script)
    {
        SdkPython.Require(variable);
        await using var emulator = await StorageEmulator.StartNewAsync(TestContext.Current.CancellationToken);
        await using var miner = await SelfHostProcess.StartAsync(emulator.ConnectionString);

        var answer = Assert.Single(await SdkPython.CallAsync(variable, script, miner.Address, "//Alice", "//Ferdie", count: 1));

        Assert.Equal(401, answer.Status);
        Assert.Null(answer.Prediction);
    }

    [Fact]
    public async Task The_SDKs_dendrite_gets_all_its_answers_while_strangers_flood_the_miner()
    {
        SdkPython.Require(SdkPython.Dendrite);
        await using var emulator = await StorageEmulator.StartNewAsync(TestContext.Current.CancellationToken);
        await using var miner = await StartAsync(emulator);
        await using var flood = new Flood(miner.Address, FloodTests.Strangers(), connectionsEach: 8);

        var answers = await SdkPython.CallAsync(SdkPython.Dendrite, "dendrite_calls.py", miner.Address, "//Alice", "//Bob", count: 40);

        Assert.Equal(40, answers.Count);
        Assert.Every(answers, answer => Assert.True(answer is { Status: 200, Prediction: not null }, $"{answer}; the flood: {flood}"));
        Assert.True(flood.Answers > 1000, $"{flood}");
    }

    /// <summary>On a busy machine storage may take longer than a request waits for it.</summary>
    private static Task<SelfHostProcess> StartAsync(StorageEmulator emulator) =>
        SelfHostProcess.StartAsync(emulator.ConnectionString, new Dictionary<string, string?> { ["Bittbridge__Replay"] = "memory" });
}
