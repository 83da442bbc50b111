using System.Diagnostics;
using System.Text.Json;
using Bittbridge.Cli.Init;
using Bittbridge.Cli.Tests.Doctor;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;
using Spectre.Console.Testing;

namespace Bittbridge.Cli.Tests.Init;

/// <summary><c>bittbridge init</c> with options, on stand-ins for the chain and CoinGecko.</summary>
[Collection(CommandRun.Console)]
public sealed class InitCommandTests(TestStorage storage) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Local_writes_a_settings_file_that_the_miner_takes()
    {
        await using var parts = new DoctorRun(storage);

        var run = await RunAsync(parts, "--target", "local", "--ip", "8.8.8.8", "--port", "9001");

        var values = JsonDocument
            .Parse(await File.ReadAllTextAsync(_folder.At("local.settings.json"), TestContext.Current.CancellationToken))
            .RootElement.GetProperty("Values")
            .EnumerateObject()
            .Select(value => KeyValuePair.Create(value.Name.Replace("__", ":", StringComparison.Ordinal), value.Value.GetString()));
        var reading = SettingsReader.Examine(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        Assert.Empty(reading.Problems);
        Assert.Equal(parts.Hotkey.ToString(), reading.Settings.Hotkey);
        Assert.Contains("✓ hotkey", run.Words, StringComparison.Ordinal);
        Assert.Contains("func start", run.Output, StringComparison.Ordinal);
        Assert.Contains("btcli tx serve-axon --netuid 420 --ip 8.8.8.8 --port 9001", LastLine(run), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelfHost_writes_private_settings_and_a_systemd_unit()
    {
        await using var parts = new DoctorRun(storage);

        var run = await RunAsync(parts, "--target", "selfhost", "--port", "9001");

        var settings = await File.ReadAllLinesAsync(_folder.At("bittbridge.env"), TestContext.Current.CancellationToken);
        Assert.Contains($"Bittbridge__Hotkey={parts.Hotkey}", settings);
        Assert.Contains("Bittbridge__CoinGecko__ApiKey=CG-test", settings);
        var unit = await File.ReadAllTextAsync(_folder.At("bittbridge.service"), TestContext.Current.CancellationToken);
        Assert.Contains("RestartPreventExitStatus=2", unit, StringComparison.Ordinal);
        Assert.Contains("--axon.port 9001", unit, StringComparison.Ordinal);
        Assert.Contains("--ip PUBLIC_IP --port 9001", LastLine(run), StringComparison.Ordinal);
        Assert.DoesNotContain("CG-test", run.Output + run.Error, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("bittbridge.env")));
        }
    }

    [Fact]
    public async Task A_file_with_a_key_is_private_even_if_it_replaces_one_that_was_not()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes of files.");
            return;
        }

        await using var parts = new DoctorRun(storage);
        File.SetUnixFileMode(
            _folder.Write("bittbridge.env", "old"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
        );

        await RunAsync(parts, "--target", "selfhost", "--force");

        Assert.Contains("CG-test", await File.ReadAllTextAsync(_folder.At("bittbridge.env"), TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("bittbridge.env")));
    }

    [Fact]
    public async Task No_file_that_it_writes_into_a_checkout_is_committed()
    {
        var ignored = await File.ReadAllLinesAsync(RepositoryFolder.At(".gitignore"), TestContext.Current.CancellationToken);

        var files =
            from target in Enum.GetValues<InitTarget>()
            from supervisor in Enum.GetValues<InitSupervisor>()
            let answers = new InitAnswers(target, supervisor, Hotkey, 420, "test", InitAnswers.Azurite, null, null, null, null, 8091)
            from file in InitFiles.Of(answers)
            select file.Name;
        Assert.Every(files, name => Assert.Contains(name, ignored));
    }

    [Fact]
    public async Task Services_of_systemd_get_a_storage_and_steps_that_may_be_run_again()
    {
        await using var parts = new DoctorRun(storage);

        var own = await RunAsync(parts, "--target", "selfhost", "--port", "80");
        var unit = await File.ReadAllTextAsync(_folder.At("bittbridge.service"), TestContext.Current.CancellationToken);
        var storageUnit = await File.ReadAllTextAsync(_folder.At("bittbridge-storage.service"), TestContext.Current.CancellationToken);
        File.Delete(_folder.At("bittbridge-storage.service"));
        var account = await RunAsync(parts, "--target", "selfhost", "--storage", "myaccount", "--force");

        Assert.Contains("After=network-online.target bittbridge-storage.service", unit, StringComparison.Ordinal);
        Assert.Contains("AmbientCapabilities=CAP_NET_BIND_SERVICE", unit, StringComparison.Ordinal);
        Assert.Contains("azurite.js --location /var/lib/bittbridge/storage", storageUnit, StringComparison.Ordinal);
        using var package = JsonDocument.Parse(
            await File.ReadAllTextAsync(RepositoryFolder.At("package.json"), TestContext.Current.CancellationToken)
        );
        var version = package.RootElement.GetProperty("devDependencies").GetProperty("azurite").GetString();
        string[] steps = [.. own.Output.Split('\n').Select(line => line.Trim())];
        Assert.Contains($"sudo npm install --prefix /opt/bittbridge-storage azurite@{version}", steps);
        Assert.Contains("sudo systemctl daemon-reload", steps);
        Assert.Contains("sudo systemctl restart bittbridge-storage bittbridge", steps);
        Assert.Contains(steps, step => step.Contains("bittbridge-publish/. /opt/bittbridge/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("id -u bittbridge >/dev/null 2>&1 || sudo useradd ", StringComparison.Ordinal));
        Assert.DoesNotContain("✗ storage", own.Words, StringComparison.Ordinal);

        Assert.False(File.Exists(_folder.At("bittbridge-storage.service")));
        Assert.DoesNotContain("bittbridge-storage", account.Output, StringComparison.Ordinal);
        Assert.Contains("sudo systemctl restart bittbridge\n", account.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("systemd", "bittbridge.env", "Bittbridge__Storage")]
    [InlineData("compose", ".env", "MINER_STORAGE")]
    public async Task A_value_is_written_so_that_each_reader_takes_it_as_it_is_or_refused(string supervisor, string name, string variable)
    {
        const string Odd = "AccountName=x;AccountKey=a+b/c==;$HOME \"q\" #1";
        await using var parts = new DoctorRun(storage);

        await RunAsync(parts, "--target", "selfhost", "--supervisor", supervisor, "--storage", Odd);

        var lines = await File.ReadAllLinesAsync(_folder.At(name), TestContext.Current.CancellationToken);
        Assert.Contains($"{variable}='{Odd}'", lines);
        foreach (var never in new[] { "it's", "back\\slash", "two\nlines" })
        {
            var refused = await RunAsync(parts, "--target", "selfhost", "--supervisor", supervisor, "--storage", never, "--force");
            Assert.Equal(1, refused.Status);
            Assert.Contains("The value of Bittbridge:Storage contains", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(lines, await File.ReadAllLinesAsync(_folder.At(name), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task On_a_terminal_everything_is_asked_that_no_option_gives()
    {
        await using var parts = new DoctorRun(storage);

        var run = await AnswerAsync(
            parts,
            keys =>
            {
                keys.PushKey(ConsoleKey.Enter); // systemd
                keys.PushTextWithEnter("421");
                keys.PushKey(ConsoleKey.Enter); // Azurite
                keys.PushTextWithEnter("CG-typed");
                keys.PushTextWithEnter("8.8.8.8");
                keys.PushTextWithEnter("9001");
            },
            "--target",
            "selfhost"
        );

        Assert.Equal("", run.Error);
        var settings = await File.ReadAllLinesAsync(_folder.At("bittbridge.env"), TestContext.Current.CancellationToken);
        Assert.Contains("Bittbridge__Netuid=421", settings);
        Assert.Contains("Bittbridge__CoinGecko__ApiKey=CG-typed", settings);
        Assert.Contains("Bittbridge__Storage='UseDevelopmentStorage=true'", settings);
        Assert.Contains("--ip 8.8.8.8 --port 9001", LastLine(run), StringComparison.Ordinal);
        Assert.Contains("empty for Azurite on this machine", run.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("***", run.Words.Split("CoinGecko key")[0], StringComparison.Ordinal);
        Assert.Contains("The port (8091):", run.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("CG-typed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lists_begin_at_their_first_lines()
    {
        await using var parts = new DoctorRun(storage);

        var run = await AnswerAsync(
            parts,
            keys =>
            {
                keys.PushKey(ConsoleKey.Enter); // selfhost
                keys.PushKey(ConsoleKey.DownArrow);
                keys.PushKey(ConsoleKey.Enter); // compose
                foreach (var _ in new[] { "netuid", "key", "ip", "port" })
                {
                    keys.PushKey(ConsoleKey.Enter);
                }
            }
        );

        Assert.Equal("", run.Error);
        Assert.Contains(
            $"MINER_HOTKEY={parts.Hotkey}",
            await File.ReadAllLinesAsync(_folder.At(".env"), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("bittbridge.env exists, and nothing was written", "--target", "selfhost", "--supervisor", "systemd")]
    [InlineData("--storage has no use with --target azure", "--storage", "x")]
    public async Task What_ends_the_dialogue_comes_before_its_questions(string sentence, params string[] args)
    {
        await using var parts = new DoctorRun(storage);
        _folder.Write("bittbridge.env", "mine");

        var run = await AnswerAsync(
            parts,
            keys =>
            {
                // Azure, where the target is asked for.
                keys.PushKey(ConsoleKey.DownArrow);
                keys.PushKey(ConsoleKey.Enter);
            },
            args
        );

        Assert.NotEqual(0, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("subnet's number", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_typed_for_Azure_is_not_lost()
    {
        await using var parts = new DoctorRun(storage);

        var run = await AnswerAsync(
            parts,
            keys =>
            {
                keys.PushKey(ConsoleKey.Enter);
                keys.PushTextWithEnter("CG-typed");
                keys.PushKey(ConsoleKey.Enter);
                keys.PushKey(ConsoleKey.Enter);
            },
            "--target",
            "azure"
        );

        Assert.Equal("", run.Error);
        Assert.Contains(
            OperatingSystem.IsWindows() ? "$env:COINGECKO_API_KEY = 'COINGECKO_KEY'" : "COINGECKO_API_KEY=COINGECKO_KEY azd up",
            run.Words,
            StringComparison.Ordinal
        );
        Assert.Contains("Replace COINGECKO_KEY with the CoinGecko key that you entered", run.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("CG-typed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_network_is_printed_whole_or_not_at_all()
    {
        string[] azure = ["init", "--target", "azure", "--hotkey", Hotkey, "--network"];

        var whole = await CommandRun.OfAsync([.. azure, "http://127.0.0.1:1/rpc,http://127.0.0.1:2"]);
        var secret = await CommandRun.OfAsync([.. azure, "http://127.0.0.1:1/v1/0123456789abcdef0123456789abcdef"]);

        Assert.Contains("azd env set MINER_NETWORK 'http://127.0.0.1:1/rpc,http://127.0.0.1:2'", whole.Words, StringComparison.Ordinal);
        Assert.Contains("azd env set MINER_NETWORK NODE_URLS ", secret.Words, StringComparison.Ordinal);
        Assert.Contains("Replace NODE_URLS with the network that you gave", secret.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", secret.Output + secret.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_checkout_the_local_settings_are_where_func_reads_them_and_are_not_overwritten()
    {
        var functions = Directory.CreateDirectory(_folder.At(Path.Combine("src", "Functions"))).FullName;

        var first = await InFolderAsync("--target", "local", "--hotkey", Hotkey, "--network", "http://127.0.0.1:1");
        var file = Path.Combine(functions, "local.settings.json");
        var written = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var second = await InFolderAsync("--target", "local", "--hotkey", Hotkey, "--network", "http://127.0.0.1:2");

        Assert.Contains("cd src/Functions && func start", first, StringComparison.Ordinal);
        Assert.DoesNotContain("cp ", first, StringComparison.Ordinal);
        Assert.Contains("exists, and nothing was written", second, StringComparison.Ordinal);
        Assert.Equal(written, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Compose_gets_the_variables_that_the_compose_file_reads()
    {
        await using var parts = new DoctorRun(storage);

        await RunAsync(parts, "--target", "selfhost", "--supervisor", "compose");

        var compose = await File.ReadAllTextAsync(RepositoryFolder.At("compose.yaml"), TestContext.Current.CancellationToken);
        var names = (await File.ReadAllLinesAsync(_folder.At(".env"), TestContext.Current.CancellationToken))
            .Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=')[0])
            .ToList();
        Assert.Contains("MINER_HOTKEY", names);
        Assert.Every(names, name => Assert.Contains($"${{{name}:", compose, StringComparison.Ordinal));

        // A comment speaks of the variables that the file reads.
        var comments = compose.Split('\n').Where(line => line.StartsWith('#')).ToList();
        Assert.Contains(comments, comment => comment.Contains("MINER_STORAGE", StringComparison.Ordinal));
        Assert.DoesNotContain(comments, comment => comment.Contains("Bittbridge__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Azure_writes_nothing_and_prints_lines_that_the_deployment_reads()
    {
        await using var parts = new DoctorRun(storage);

        const string Address = "Bittbridge:CoinGecko:BaseAddress";
        var run = await CommandRun.InAsync(
            new Dictionary<string, string?>
            {
                [SettingNames.CoinGeckoApiKeyOfTheReferenceMiner] = "CG-test",
                [Address] = parts.Settings[Address],
            },
            Line(parts, ["--target", "azure"])
        );

        Assert.Empty(Directory.EnumerateFiles(_folder.At("")));
        var parameters = await File.ReadAllTextAsync(
            RepositoryFolder.At("infra", "main.bicepparam"),
            TestContext.Current.CancellationToken
        );
        var set = run
            .Output.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("azd env set", StringComparison.Ordinal));
        Assert.NotEmpty(set);
        Assert.Every(set, line => Assert.Contains($"'{line.Split(' ')[3]}'", parameters, StringComparison.Ordinal));
        // What the gateway of these lines requires, and what Azure can't do with this network.
        Assert.Contains("azd env set MINER_GATEWAY_SSH_PUBLIC_KEY", run.Output, StringComparison.Ordinal);
        Assert.Contains("MINER_NETWORK has a node of this machine, which Azure does not reach", run.Words, StringComparison.Ordinal);
        Assert.Contains(
            $"azd env set MINER_SETTINGS '{{\"CoinGecko:BaseAddress\":\"{parts.Settings[Address]}\"}}'",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("storage", run.Words.Split("Deploy it")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("CG-test", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_overwritten_only_when_that_is_asked_for()
    {
        await using var parts = new DoctorRun(storage);
        _folder.Write("bittbridge.service", "mine");

        var refused = await RunAsync(parts, "--target", "selfhost");

        Assert.Equal(1, refused.Status);
        Assert.Contains("exists, and nothing was written", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("bittbridge.env")));
        await RunAsync(parts, "--target", "selfhost", "--force");
        Assert.DoesNotContain(
            "mine",
            await File.ReadAllLinesAsync(_folder.At("bittbridge.service"), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("--target is missing: give local, selfhost or azure.", "init", "--hotkey", Hotkey)]
    [InlineData("--hotkey is missing: give the miner's ss58 address, or --wallet-name and", "init", "--target", "local")]
    [InlineData("--target is 'moon': give local, selfhost or azure.", "init", "--target", "moon", "--hotkey", Hotkey)]
    [InlineData("--supervisor is for --target selfhost alone", "init", "--target", "local", "--hotkey", Hotkey, "--supervisor", "systemd")]
    [InlineData("--storage has no use with --target azure", "init", "--target", "azure", "--hotkey", Hotkey, "--storage", "x")]
    [InlineData("--ip is 10.0.0.1", "init", "--target", "azure", "--hotkey", Hotkey, "--ip", "10.0.0.1")]
    public async Task What_is_missing_or_wrong_is_one_sentence(string sentence, params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        Assert.Equal(2, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private const string Hotkey = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    private Task<CommandRun> RunAsync(DoctorRun parts, params string[] args) =>
        CommandRun.InAsync(
            new Dictionary<string, string?> { [SettingNames.CoinGeckoApiKeyOfTheReferenceMiner] = "CG-test" },
            Line(parts, args)
        );

    private Task<CommandRun> AnswerAsync(DoctorRun parts, Action<TestConsoleInput> typed, params string[] args) =>
        CommandRun.AnsweringAsync(new Dictionary<string, string?>(), typed, Line(parts, args));

    private string[] Line(DoctorRun parts, string[] args) =>
        ["init", "--hotkey", parts.Hotkey.ToString(), "--network", parts.Settings["Bittbridge:Network"]!, "--out", _folder.At(""), .. args];

    /// <summary>Both streams of the built tool, run in the folder of this test.</summary>
    private async Task<string> InFolderAsync(params string[] args)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "bittbridge.dll"), "init", .. args])
            {
                WorkingDirectory = _folder.At(""),
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var said = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(limit.Token),
            process.StandardError.ReadToEndAsync(limit.Token)
        );
        await process.WaitForExitAsync(limit.Token);
        return string.Concat(said);
    }

    private static string LastLine(CommandRun run) => run.Output.TrimEnd().Split('\n')[^1];
}
