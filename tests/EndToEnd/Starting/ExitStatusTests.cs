using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>SelfHost as a supervisor sees it: its exit status and its error stream.</summary>
[Collection(MinerCollection.Name)]
public sealed class ExitStatusTests
{
    private const string Phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<string, string> Storages =>
        new()
        {
            { "\"UseDevelopmentStorage=true\"", "quotes around it" },
            {
                "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=not-base64;EndpointSuffix=core.windows.net",
                "AccountKey is not base64"
            },
            { "BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=sv=x&sig=y", "Bittbridge:Storage" },
        };

    [Theory, MemberData(nameof(Storages))]
    public async Task Unusable_storage_is_one_sentence_and_status_2(string location, string words)
    {
        var (status, errors, all) = await RunAsync([], ("Bittbridge__Storage", location));

        Assert.Equal(2, status);
        Assert.Contains(words, Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_of_settings_switches_and_names_are_reported_at_once()
    {
        var (status, errors, all) = await RunAsync(
            ["--axon.port", "99999", "--axon.ip", "here", "--netuid", "x"],
            ("Bittbridge__Hotkey", Phrase),
            ("Bittbridge__Model", "no-such-model"),
            ("Bittbridge__Level", "90"),
            ("Bittbridge__Acces", "open")
        );

        Assert.Equal(2, status);
        Assert.Equal(7, errors.Count);
        Assert.Every(
            new[]
            {
                "--axon.port is '99999'",
                "--axon.ip is 'here'",
                "Netuid is 'x'",
                "Hotkey is what looks like a secret phrase of 12 words",
                "Model is 'no-such-model'",
                "Level is '90'",
                "did you mean Bittbridge:Access?",
            },
            words => Assert.Contains(errors, line => line.Contains(words, StringComparison.Ordinal))
        );
        Assert.DoesNotContain("obey", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--logging.enable_third_party_loggers", "Logging__LogLevel__Azure=Debug")]
    [InlineData("--axon.external_ip", "'bittbridge axon --ip IP --port PORT' prints the btcli command")]
    [InlineData("--subtensor.chain_endpoint", "give the URL with --subtensor.network")]
    [InlineData("--neuron.axon_off", "without its axon a miner does nothing")]
    [InlineData("--wandb.project", "'bittbridge report' show how it does")]
    public async Task A_switch_of_the_Python_miner_is_answered_with_what_takes_its_place(string name, string place)
    {
        var (status, errors, _) = await RunAsync([name, "x"]);

        Assert.Equal(2, status);
        Assert.Contains(
            errors,
            line =>
                line.StartsWith($"There is no option '{name}': ", StringComparison.Ordinal)
                && line.Contains(place, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("True", null)]
    [InlineData("false", "set Bittbridge__Access to registered or signed")]
    public async Task A_switch_of_the_Python_miner_that_asks_for_the_default_is_accepted(string? value, string? remedy)
    {
        const string Switch = "--blacklist.force_validator_permit";

        var (status, errors, _) = await RunAsync([Switch, .. value is null ? Array.Empty<string>() : [value], "--axon.port", "99999"]);

        Assert.Equal(2, status);
        Assert.Contains(errors, line => line.Contains("--axon.port is '99999'", StringComparison.Ordinal));
        var said = errors.Where(line => line.Contains(Switch, StringComparison.Ordinal)).ToList();
        Assert.Equal(remedy is null ? 0 : 1, said.Count);
        Assert.All(said, line => Assert.Contains(remedy!, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_health_check_of_a_container_fails_while_no_miner_answers()
    {
        var (status, _, all) = await RunAsync(["--health", "--axon.port", "1"]);

        Assert.Equal(1, status);
        Assert.Contains("No miner answers at 127.0.0.1:1.", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_command_line_is_reported_with_the_settings_and_without_a_secret()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Phrase, TestContext.Current.CancellationToken);
        try
        {
            var (status, errors, all) = await RunAsync(
                ["@" + file, "--axon.prot", "1", "--axon.port", "99999", "--netuid", .. Phrase.Split(' '), "--netuid", "1"],
                ("Bittbridge__Level", "90")
            );

            Assert.Equal(2, status);
            Assert.Equal(
                [
                    "There is no option '--axon.prot': did you mean '--axon.port'?",
                    "12 words (not shown) do not belong to an option: put quotes around a value with spaces, or remove them.",
                    "--netuid is given 2 times: give it once.",
                    "See --help for the switches.",
                    "The switch --axon.port is '99999': choose a port from 1 to 65535.",
                    "The setting Bittbridge:Level is '90': set it to a number from 0.5 to 0.999.",
                ],
                errors
            );
            Assert.DoesNotContain("obey", all, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("Logging__LogLevel__Default", "Bogus", "Logging:LogLevel:Default is 'Bogus': set it to Trace, Debug, Information")]
    [InlineData("Logging__Console__LogLevel__Azure", "x", "Logging:Console:LogLevel:Azure is 'x'")]
    [InlineData("Logging__Console__QueueFullMode", "x", "Logging:Console:QueueFullMode is 'x'")]
    [InlineData("Logging__Console__FormatterOptions__SingleLine", "x", "Logging:Console:FormatterOptions:SingleLine is 'x'")]
    [InlineData("Kestrel__Endpoints__A__Url", "nonsense", "Kestrel:Endpoints:A:Url is 'nonsense'")]
    [InlineData("Kestrel__EndpointDefaults__Protocols", "Http2", "Kestrel:EndpointDefaults:Protocols is 'Http2': set it to Http1")]
    public async Task A_setting_of_the_framework_is_one_sentence_and_status_2(string name, string value, string words)
    {
        var (status, errors, all) = await RunAsync([], (name, value));

        Assert.Equal(2, status);
        Assert.Contains(words, Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", all, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_one_sentence_and_status_1()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await AssertCannotListenAsync(
            ["--axon.port", port],
            $"The miner can't listen on port {port}, which is in use: stop what uses it, or choose another with --axon.port."
        );
    }

    [Fact]
    public Task An_address_that_this_machine_does_not_have_is_one_sentence_and_status_1() =>
        AssertCannotListenAsync(["--axon.ip", "192.0.2.1"], "This machine has no address 192.0.2.1: choose another with --axon.ip.");

    [Fact]
    public async Task A_port_without_the_right_to_listen_on_it_is_one_sentence_and_status_1()
    {
        Assert.SkipUnless(
            IsDenied(1),
            "This user may listen on every port: run the tests on Linux, outside of a container, as a user other than root."
        );

        await AssertCannotListenAsync(
            ["--axon.port", "1"],
            "The miner may not listen on port 1: choose one from 1024 up with --axon.port, or give this user the right."
        );
    }

    [Fact]
    public async Task A_wallet_is_looked_for_in_the_users_own_folder_where_no_shell_expanded_the_tilde()
    {
        var (status, errors, _) = await RunAsync(
            ["--wallet.path", "~/no-such-wallets", "--wallet.name", "W", "--wallet.hotkey", "H"],
            ("Bittbridge__Hotkey", null)
        );

        Assert.Equal(2, status);
        Assert.Contains(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "no-such-wallets"),
            Assert.Single(errors),
            StringComparison.Ordinal
        );
    }

    private static async Task AssertCannotListenAsync(string[] args, string sentence)
    {
        var (status, errors, all) = await RunAsync(args);

        Assert.Equal(1, status);
        Assert.Equal(sentence, Assert.Single(errors));
        Assert.DoesNotContain("   at ", all, StringComparison.Ordinal);
    }

    private static bool IsDenied(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AccessDenied;
        }
    }

    private static async Task<(int Status, IReadOnlyList<string> Errors, string All)> RunAsync(
        string[] args,
        params (string Name, string? Value)[] environment
    )
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(Patience);
        var all = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Bittbridge__Hotkey"] = SelfHostProcess.Hotkey.ToString(),
            ["Bittbridge__Storage"] = "UseDevelopmentStorage=true",
            ["Bittbridge__Prices__Source"] = "simulated",
            ["Bittbridge__Network"] = "http://127.0.0.1:1",
        };
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        await using var process = ChildProcess.Start((await SelfHostProcess.CommandAsync(args)).WithEnvironmentVariables(all));
        var status = await process.WaitForExitAsync(late.Token);
        return (status, [.. process.ErrorLines.Where(line => line.Length > 0)], StartCommand.Text(process.LastLines));
    }
}
