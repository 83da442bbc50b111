using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.Tests.Challenging;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Axon;

/// <summary>The miner is //Bob, as the stand-in is, registered as uid 2.</summary>
[Collection(CommandRun.Console)]
public sealed class AxonCommandTests : IAsyncDisposable
{
    private const string Refusal = """{"message":"Forbidden. Key is blacklisted: no permit."}""";

    private static readonly Ss58Address Bob = DevelopmentKey.Derive("//Bob").Address;
    private static readonly string Dave = DevelopmentKey.Derive("//Dave").Address.ToString();

    private readonly RecordedNode _chain = new();

    public AxonCommandTests() => _chain.Storage[StorageKeys.Uids(420, Bob.PublicKey)] = "0x0200";

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    [Fact]
    public async Task The_command_is_printed_on_one_line_and_the_chain_has_no_address_yet()
    {
        await using var miner = new StandInMiner(403, Refusal, Bob.ToString());

        var run = await AskAsync(
            "--ip",
            "127.0.0.1",
            "--port",
            Port(miner),
            "--wallet-name",
            "mine",
            "--wallet-hotkey",
            "first",
            "--hotkey",
            Bob.ToString()
        );

        Assert.Equal(1, run.Status);
        Assert.Contains(
            $"    btcli tx serve-axon --netuid 420 --ip 127.0.0.1 --port {miner.Port} -w mine -H first -n "
                + $"ws://{_chain.Authority}{Environment.NewLine}",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"    btcli axon set --netuid 420 --ip 127.0.0.1 --port {miner.Port} --wallet-name mine --wallet-hotkey first --network "
                + $"ws://{_chain.Authority}{Environment.NewLine}",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("127.0.0.1 is a loopback address", run.Words, StringComparison.Ordinal);
        Assert.Contains("as uid 2.", run.Words, StringComparison.Ordinal);
        Assert.Contains("The chain has no address for it", run.Words, StringComparison.Ordinal);
        Assert.Contains("this miner answers there, and refuses an unknown caller as it should", run.Words, StringComparison.Ordinal);

        // The question must be one that this miner believes, or its answer would say nothing.
        Assert.True(miner.Callers.Single().IsVerified);
    }

    [Theory]
    [InlineData(403, Refusal)]
    [InlineData(200, """{"prediction":7.1,"interval":null}""")]
    [InlineData(429, """{"message":"This miner is busy with other callers: ask again in a moment."}""")]
    public async Task The_exit_status_is_0_when_the_chain_leads_to_this_miner(int status, string answer)
    {
        await using var miner = new StandInMiner(status, answer, Bob.ToString());
        PutOnChain("127.0.0.1", miner.Port);

        var run = await AskAsync("--hotkey", Bob.ToString());

        Assert.Equal(0, run.Status);
        Assert.Contains($"The chain sends validators to 127.0.0.1:{miner.Port} (since block 4000000)", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_status_is_1_when_the_chain_leads_elsewhere_than_the_given_address()
    {
        await using var old = new StandInMiner(403, Refusal, Bob.ToString());
        await using var miner = new StandInMiner(403, Refusal, Bob.ToString());
        PutOnChain("127.0.0.1", old.Port);

        var run = await AskAsync("--hotkey", Bob.ToString(), "--ip", "127.0.0.1", "--port", Port(miner), "--json");

        Assert.Equal(1, run.Status);
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.False(json.GetProperty("reached").GetBoolean());
        Assert.Equal(old.Port, json.GetProperty("onChain").GetProperty("port").GetInt32());
        Assert.Equal([true, true], json.GetProperty("probes").EnumerateArray().Select(probe => probe.GetProperty("isMiner").GetBoolean()));
    }

    [Fact]
    public async Task Another_miner_at_the_address_is_detected()
    {
        await using var miner = new StandInMiner(401, """{"message":"Not Verified with error: Signature mismatch"}""", Dave);
        PutOnChain("127.0.0.1", miner.Port);

        var run = await AskAsync("--hotkey", Bob.ToString());

        Assert.Equal(1, run.Status);
        Assert.Contains($"with another hotkey: {Dave}", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task This_miner_behind_a_proxy_that_drops_the_signed_headers_is_detected()
    {
        await using var miner = new StandInMiner(
            401,
            """{"message":"Not Verified with error: Missing hotkey: the request is not signed"}""",
            Bob.ToString()
        );
        PutOnChain("127.0.0.1", miner.Port);

        var run = await AskAsync("--hotkey", Bob.ToString());

        Assert.Equal(1, run.Status);
        Assert.Contains("it would also refuse a validator", run.Words, StringComparison.Ordinal);
        Assert.Contains("underscores_in_headers on;", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_miner_behind_a_proxy_that_drops_answers_is_distinguished_from_no_miner()
    {
        await using var proxied = new StandInMiner(502, "<html>");
        await using var other = new StandInServer(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        PutOnChain("127.0.0.1", proxied.Port);

        var run = await AskAsync(
            "--hotkey",
            Bob.ToString(),
            "--ip",
            "127.0.0.1",
            "--port",
            other.Port.ToString(CultureInfo.InvariantCulture),
            "--json"
        );

        Assert.Equal(1, run.Status);
        var details = JsonDocument
            .Parse(run.Output)
            .RootElement.GetProperty("probes")
            .EnumerateArray()
            .Select(probe => probe.GetProperty("detail").GetString()!)
            .ToList();
        Assert.StartsWith("the miner's health/live answers there", details[0], StringComparison.Ordinal);
        Assert.StartsWith("what answers there is not a miner", details[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unregistered_hotkey_must_register_first()
    {
        var run = await AskAsync("--hotkey", Dave);

        Assert.Equal(1, run.Status);
        Assert.Contains("is not registered in subnet 420", run.Words, StringComparison.Ordinal);
        Assert.Contains("burned-register", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_chain_is_reported_and_the_command_is_still_printed()
    {
        var run = await CommandRun.OfAsync(
            "axon",
            "--network",
            "http://127.0.0.1:1",
            "--hotkey",
            Bob.ToString(),
            "--ip",
            "127.0.0.1",
            "--port",
            "1"
        );

        Assert.Equal(1, run.Status);
        Assert.Contains("The chain can't be read (http://127.0.0.1:1:", run.Words, StringComparison.Ordinal);
        Assert.Contains("btcli tx serve-axon", run.Words, StringComparison.Ordinal);
        Assert.Contains("is the miner running there?", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_the_environment_need_no_options()
    {
        var environment = new Dictionary<string, string?>
        {
            ["Bittbridge:Hotkey"] = Bob.ToString(),
            ["Bittbridge:Netuid"] = "420",
            ["Bittbridge:Network"] = $"http://{_chain.Authority}",
        };

        var run = await CommandRun.InAsync(environment, "axon", "--json");

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(Bob.ToString(), json.GetProperty("hotkey").GetString());
        Assert.Equal(2, json.GetProperty("uid").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("commands").ValueKind);
    }

    [Fact]
    public async Task The_hotkey_of_a_wallet_is_read_from_its_public_file()
    {
        var wallets = Directory.CreateTempSubdirectory("bittbridge").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(wallets, "mine", "hotkeys"));
            await File.WriteAllTextAsync(
                Path.Combine(wallets, "mine", "hotkeys", "firstpub.txt"),
                $$"""{"ss58Address":"{{Bob}}"}""",
                TestContext.Current.CancellationToken
            );

            var run = await AskAsync("--wallet-path", wallets, "--wallet-name", "mine", "--wallet-hotkey", "first", "--json");

            Assert.Equal(Bob.ToString(), JsonDocument.Parse(run.Output).RootElement.GetProperty("hotkey").GetString());
        }
        finally
        {
            Directory.Delete(wallets, recursive: true);
        }
    }

    [Theory]
    [InlineData("--ip", "8.8.8.8")]
    [InlineData("--port", "8091")]
    [InlineData("--ip", "8.8.8.8", "--port", "0", "--hotkey", "//Bob")]
    [InlineData("--ip", "8.8.8.8", "--port", "65536", "--hotkey", "//Bob")]
    [InlineData("--ip", "0.0.0.0", "--port", "8091", "--hotkey", "//Bob")]
    [InlineData("--ip", "::1", "--port", "8091", "--hotkey", "//Bob")]
    [InlineData("--hotkey", "5abc")]
    [InlineData("--hotkey", "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM")]
    [InlineData("--hotkey", "//Bob", "--netuid", "70000")]
    [InlineData("--hotkey", "//Bob", "--network", "ftp://x")]
    [InlineData("--wallet-path", "no-such-folder", "--wallet-name", "mine")]
    [InlineData]
    public async Task A_wrong_command_line_is_refused_with_a_sentence_and_exit_status_2(params string[] args)
    {
        var run = await CommandRun.OfAsync(["axon", .. args]);

        Assert.Equal(2, run.Status);
        Assert.NotEmpty(run.Error);
    }

    private static string Port(StandInMiner miner) => miner.Port.ToString(CultureInfo.InvariantCulture);

    private Task<CommandRun> AskAsync(params string[] args) =>
        CommandRun.OfAsync(["axon", "--network", $"http://{_chain.Authority}", .. args]);

    private void PutOnChain(string ip, int port)
    {
        // Block, version, address, port, type of address, protocol and two placeholders, little-endian.
        var axon = new byte[34];
        BinaryPrimitives.WriteUInt64LittleEndian(axon, 4_000_000);
        BinaryPrimitives.WriteUInt32LittleEndian(axon.AsSpan(8), 10_003_000);
        BinaryPrimitives.WriteUInt128LittleEndian(
            axon.AsSpan(12),
            BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(ip).GetAddressBytes())
        );
        BinaryPrimitives.WriteUInt16LittleEndian(axon.AsSpan(28), (ushort)port);
        (axon[30], axon[31]) = (4, 4);
        _chain.Storage[StorageKeys.Axons(420, Bob.PublicKey)] = "0x" + Convert.ToHexStringLower(axon);
    }
}
