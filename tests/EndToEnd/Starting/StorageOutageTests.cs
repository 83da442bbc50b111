using System.Diagnostics;
using System.Text.RegularExpressions;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Starting;

[Collection(MinerCollection.Name)]
public sealed partial class StorageOutageTests
{
    [Fact]
    public async Task While_storage_is_gone_the_miner_answers_from_memory_and_afterwards_it_recovers()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var emulator = await StorageEmulator.StartNewAsync(cancellationToken);

        // A schedule of seconds, so that polls fall into the outage too.
        await using var miner = await SelfHostProcess.StartAsync(
            emulator.ConnectionString,
            new Dictionary<string, string?> { ["BITTBRIDGE_PRICES_SCHEDULE"] = "*/2 * * * * *" }
        );
        await miner.UntilAnsweredAsync();

        await emulator.KillAsync();
        for (var asked = 0; asked < 20; asked++)
        {
            var reply = await miner.AskAsync();
            Assert.True(reply.Prediction is not null, $"{reply.Status} {reply.Body} {StartCommand.Text(miner.LastLines)}");
        }

        await Eventually.TrueAsync(async () => await StorageIsAsync("Degraded"), () => StartCommand.Text(miner.LastLines));
        Assert.NotNull((await miner.AskAsync()).Prediction);

        await emulator.RestartAsync(cancellationToken);
        await Eventually.TrueAsync(async () => await StorageIsAsync("Healthy"), () => StartCommand.Text(miner.LastLines));
        await miner.UntilAnsweredAsync();

        async Task<bool> StorageIsAsync(string word) =>
            (await miner.HealthAsync()).Contains($"\"storage\":{{\"status\":\"{word}\"", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_waits_for_storage_longer_than_two_seconds_stores_the_nonces_and_ends_with_0()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var emulator = await StorageEmulator.StartNewAsync(cancellationToken);

        // A stop waits for storage for 20 s, in which a busy machine may not start an emulator.
        await using var storage = new FaultyStorage(emulator.ConnectionString);
        await using var miner = await SelfHostProcess.StartAsync(storage.ConnectionString);
        await miner.UntilAnsweredAsync();
        storage.Fault = StorageFault.Stopped;
        Assert.NotNull((await miner.AskAsync()).Prediction);

        miner.Terminate();
        // On a busy machine the first request may have been answered from memory too.
        await Eventually.TrueAsync(() => Unstored().Success, () => StartCommand.Text(miner.LastLines));

        // System.CommandLine by itself ends a process 2 s after the signal.
        var stopping = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            () => miner.HasExited || Stopwatch.GetElapsedTime(stopping) > TimeSpan.FromSeconds(3),
            () => StartCommand.Text(miner.LastLines)
        );
        Assert.False(miner.HasExited, StartCommand.Text(miner.LastLines));
        storage.Fault = StorageFault.None;

        Assert.Equal(0, await miner.WaitForExitAsync(cancellationToken));
        Assert.NotEqual("0", Unstored().Groups["count"].Value);
        await Eventually.TrueAsync(
            () => miner.LastLines.Any(line => line.Contains($"Stored {Unstored().Groups["count"]} nonces", StringComparison.Ordinal)),
            () => StartCommand.Text(miner.LastLines)
        );

        Match Unstored() => UnstoredNonces().Match(string.Join('\n', miner.LastLines));
    }

    [GeneratedRegex("(?<count>[0-9]+) nonces .* are not stored yet", RegexOptions.ExplicitCapture)]
    private static partial Regex UnstoredNonces();
}
