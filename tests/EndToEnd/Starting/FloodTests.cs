using System.Diagnostics;
using System.Globalization;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>A flood of requests against a miner process with its default limits.</summary>
[Collection(MinerCollection.Name)]
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Enough = 30_000;

    [Fact]
    public async Task Every_honest_challenge_is_answered_while_forged_unsigned_and_replayed_ones_pour_in()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var emulator = await StorageEmulator.StartNewAsync(ct);
        await using var miner = await SelfHostProcess.StartAsync(
            emulator.ConnectionString,
            // On a busy machine storage may take longer than a request waits for it.
            new Dictionary<string, string?> { ["Bittbridge__Replay"] = "memory" }
        );
        await miner.UntilAnsweredAsync();

        var started = Stopwatch.GetTimestamp();
        var slowest = TimeSpan.Zero;
        var honest = 0;
        await using var flood = new Flood(miner.Address, Strangers(), connectionsEach: 8);
        while (flood.Answers < Enough || honest < 20)
        {
            var reply = await miner.AskAsync();
            Assert.True(reply.Prediction is not null, $"{reply.Status} {reply.Body} after {honest} answers; the flood: {flood}");
            honest++;
            slowest = reply.Took > slowest ? reply.Took : slowest;

            // Twenty quickly and then 30 a minute: under the shipped limit of 60 in every minute, however long the flood takes.
            await Task.Delay(TimeSpan.FromMilliseconds(honest < 20 ? 250 : 2000), ct);
        }

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{honest} honest challenges answered, the slowest in {slowest.TotalMilliseconds:0} ms, beside "
                    + $"{flood.Answers / Stopwatch.GetElapsedTime(started).TotalSeconds:0} others a second ({flood})"
            )
        );

        // The first of the replayed ones was good, if its signer's clock was; everything else was refused.
        Assert.InRange(flood.Count(200), 0, 1);
        Assert.True(flood.Count(429) > flood.Answers / 2, $"{flood}");
        Assert.True(flood.Count(401) > 0, $"{flood}");
        Assert.Equal(flood.Answers, flood.Count(200) + flood.Count(401) + flood.Count(429));
    }

    /// <summary>
    /// A request signed by another key than it names, one without a signature, and one that is good the first time it is sent.
    /// </summary>
    internal static IReadOnlyList<byte[]> Strangers()
    {
        var other = RawChallenge.Signed("//Dave").ToDictionary();
        var forged = RawChallenge
            .Signed("//Alice")
            .Select(header => header.Key == "bt_header_dendrite_signature" ? KeyValuePair.Create(header.Key, other[header.Key]) : header);
        return [RawChallenge.Bytes(forged), RawChallenge.Bytes([]), RawChallenge.Bytes(RawChallenge.Signed("//Charlie"))];
    }
}
