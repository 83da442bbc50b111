using System.Net;
using System.Net.Sockets;
using System.Text;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>What SelfHost's switches do, and where it listens without them.</summary>
[Collection(MinerCollection.Name)]
public sealed class SwitchTests
{
    /// <summary>The address of the development key //Alice. The environment names //Bob's, which the wallet overrides.</summary>
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_production_it_listens_on_every_address_with_the_wallet_and_the_network_of_the_switches()
    {
        var wallets = Directory.CreateTempSubdirectory("bittbridge-wallets-");
        try
        {
            var hotkeys = wallets.CreateSubdirectory(Path.Combine("W", "hotkeys"));
            await File.WriteAllTextAsync(Path.Combine(hotkeys.FullName, "Hpub.txt"), $$"""{"ss58Address":"{{Alice}}"}""", Ct);
            var port = Ports.Free();
            await using var node = new RecordedNode();
            await using var emulator = await StorageEmulator.StartNewAsync(Ct);
            string[] wallet = ["--wallet.path", wallets.FullName, "--wallet.name", "W", "--wallet.hotkey", "H"];
            await using var miner = await StartAsync(
                port,
                [.. wallet, "--subtensor.network", $"http://{node.Authority}"],
                ("ASPNETCORE_ENVIRONMENT", "Production"),
                ("Bittbridge__Storage", emulator.ConnectionString)
            );

            Assert.Contains(
                $"Listens on http://0.0.0.0:{port}. Validators find it once its axon is on the chain: 'bittbridge axon --hotkey {Alice} "
                    + $"--ip PUBLIC_IP --port {port}' ",
                await LineAsync(miner, "Listens on "),
                StringComparison.Ordinal
            );
            await Eventually.TrueAsync(() => node.Came.Task.IsCompleted, () => StartCommand.Text(miner.LastLines));

            // A miner without prices lives but is not ready, and a container must not be restarted for that.
            using var client = Client("127.0.0.1", port);
            using var ready = await client.GetAsync("health/ready", Ct);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            using var live = await client.GetAsync("health/live", Ct);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            Assert.Equal(0, await HealthAsync(port));

            var head = await HeadOfAnswerAsync(port, "POST /Challenge HTTP/1.1\r\nHost: miner\r\nContent-Length: 65537\r\n\r\n");
            Assert.Equal("HTTP/1.1 413 Payload Too Large", head[0]);
            Assert.Contains($"bt_header_axon_hotkey: {Alice}", head);

            // The middleware of ConnectionLimits says so; the server itself closes without a word.
            Assert.Contains("Connection: close", head);

            await miner.KillAsync();
            Assert.Equal(1, await HealthAsync(port));
        }
        finally
        {
            wallets.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task In_Development_it_listens_on_the_loopback_alone_and_logs_no_debug_lines()
    {
        SkipWithoutOtherLoopback();
        var port = Ports.Free();
        await using var miner = await StartAsync(port, []);

        Assert.EndsWith($"Listens on http://127.0.0.1:{port}", await LineAsync(miner, "Listens on "), StringComparison.Ordinal);
        await AssertSilentAsync("127.0.0.2", port);

        // Both requests use one connection, so the lines of the first are there before those of the second.
        using var client = Client("127.0.0.1", port);
        using var live = await client.GetAsync("health/live", Ct);
        using var unknown = await client.GetAsync("unknown", Ct);
        await LineAsync(miner, "Refused a request with 404");
        Assert.DoesNotContain(miner.LastLines, line => line.Contains(" dbug: ", StringComparison.Ordinal));

        // Without storage, a stop in order takes seconds.
        await miner.KillAsync();
    }

    [Fact]
    public async Task It_listens_on_the_address_of_the_switch_alone_and_logs_every_request_when_asked_to()
    {
        SkipWithoutOtherLoopback();
        var port = Ports.Free();
        await using var miner = await StartAsync(port, ["--axon.ip", "127.0.0.2", "--logging.debug"]);

        Assert.EndsWith($"Listens on http://127.0.0.2:{port}", await LineAsync(miner, "Listens on "), StringComparison.Ordinal);
        await AssertSilentAsync("127.0.0.1", port);
        Assert.Equal(0, await HealthAsync(port, "--axon.ip", "127.0.0.2"));

        using var client = Client("127.0.0.2", port);
        using var live = await client.GetAsync("health/live", Ct);
        var line = await LineAsync(miner, "Answered GET /health/live with 200");
        Assert.Contains(" dbug: Bittbridge.", line, StringComparison.Ordinal);

        // A stranger's line break begins no line of the log.
        using var unknown = await client.GetAsync("a%0Ab", Ct);
        await LineAsync(miner, "Answered GET /a?b with 404");

        // Without storage, a stop in order takes seconds.
        await miner.KillAsync();
    }

    private static void SkipWithoutOtherLoopback() =>
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "macOS has no other loopback address than 127.0.0.1.");

    /// <summary>Starts a miner that reaches neither storage, nor the network, nor prices, unless it is told to.</summary>
    private static async Task<ChildProcess> StartAsync(int port, string[] switches, params (string Name, string Value)[] environment)
    {
        var command = await SelfHostProcess.CommandAsync(["--axon.port", $"{port}", .. switches]);
        var all = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Bittbridge__Hotkey"] = SelfHostProcess.Hotkey.ToString(),
            ["Bittbridge__Storage"] = StorageEmulator.Unreachable(),
            ["Bittbridge__Network"] = "http://127.0.0.1:1",
            ["Bittbridge__CoinGecko__BaseAddress"] = "http://127.0.0.1:1/",
        };
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        return ChildProcess.Start(command.WithEnvironmentVariables(all));
    }

    /// <summary>The line of the log that has these words, once it is there.</summary>
    private static async Task<string> LineAsync(ChildProcess miner, string words)
    {
        string? line = null;
        await Eventually.TrueAsync(
            () =>
            {
                Assert.False(miner.HasExited, StartCommand.Text(miner.LastLines));
                line = miner.LastLines.FirstOrDefault(one => one.Contains(words, StringComparison.Ordinal));
                return line is not null;
            },
            () => StartCommand.Text(miner.LastLines)
        );
        return line!;
    }

    private static HttpClient Client(string address, int port) => new() { BaseAddress = new Uri($"http://{address}:{port}/") };

    /// <summary>The exit status of the health check of a container, which must not ask through a proxy.</summary>
    private static async Task<int> HealthAsync(int port, params string[] switches)
    {
        var command = await SelfHostProcess.CommandAsync(["--health", "--axon.port", $"{port}", .. switches]);
        var proxied = command.WithEnvironmentVariables(variables =>
            variables.Set("http_proxy", "http://127.0.0.1:1").Set("no_proxy", null).Set("NO_PROXY", null)
        );
        return (await ChildProcess.RunAsync(proxied, onLine: null, Ct)).ExitCode;
    }

    private static async Task AssertSilentAsync(string address, int port)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        var refused = await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Parse(address), port, Ct).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    /// <summary>Sends the head of a request alone, and reads the lines before the body of its answer.</summary>
    private static async Task<IReadOnlyList<string>> HeadOfAnswerAsync(int port, string request)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(IPAddress.Loopback, port, Ct);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Ct);
        using var reader = new StreamReader(client.GetStream());
        List<string> head = [];
        while (await reader.ReadLineAsync(Ct) is { Length: > 0 } line)
        {
            head.Add(line);
        }

        return head;
    }
}
