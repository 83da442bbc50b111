using System.Net;
using System.Text.Json;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Replay;

/// <summary>What storage decides about a request reaches its caller, over a socket: a refusal and no forecast.</summary>
public sealed class ReplayEndpointTests(TestStorage storage)
{
    [Theory]
    [InlineData(SynapseNames.Challenge, "durable")]
    [InlineData(SynapseNames.Challenge, "strict")]
    [InlineData(SynapseNames.Synapse, "durable")]
    public async Task A_request_that_another_instance_has_answered_is_refused(string synapse, string mode)
    {
        var settings = storage.NewSettings();
        await using var one = await StartAsync(mode, settings);
        await using var other = await StartAsync(mode, settings);
        using var alice = new TestValidator("//Alice");
        using var request = alice.Ask(synapse);
        using var again = TestValidator.Again(request);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(one, request)).Status);
        var (status, body) = await SendAsync(other, again);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(
            "Not Verified with error: Nonce was used before: every request is signed anew",
            Assert.Single(body.EnumerateObject()).Value.GetString()
        );
    }

    [Fact]
    public async Task Strict_answers_no_one_while_storage_is_out_of_reach()
    {
        await using var miner = await StartAsync("strict", new(StorageEmulator.Unreachable()));
        using var alice = new TestValidator("//Alice");
        using var request = alice.Ask();
        var (status, body) = await SendAsync(miner, request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(
            "This miner can't tell now whether the request came before: sign it anew and try again later.",
            Assert.Single(body.EnumerateObject()).Value.GetString()
        );
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(RunningMiner miner, HttpRequestMessage request)
    {
        var ct = TestContext.Current.CancellationToken;
        using var response = await miner.Client.SendAsync(request, ct);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(ct)).RootElement);
    }

    private static Task<RunningMiner> StartAsync(string mode, StorageSettings settings) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            [
                ("Bittbridge:Access", "signed"),
                ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
                ("Bittbridge:Replay", mode),
                ("Bittbridge:Storage", settings.Location),
                ("Bittbridge:TablePrefix", settings.TablePrefix[..Math.Min(20, settings.TablePrefix.Length)]),
            ],
            _ => { }
        );
}
