using System.Diagnostics;
using System.Text.Json;
using Bittbridge.Cli.Tests.Challenging;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Local;

/// <summary>The commands beside a miner that <c>eng/start.cs</c> started, as its file describes it.</summary>
[Collection(CommandRun.Console)]
public sealed class LocalMinerTests : IDisposable
{
    private const string Answer = """{"prediction":7.1035,"interval":[7.1012,7.1058],"timestamp":"x"}""";

    private readonly TemporaryFolder _folder = new();
    private readonly string _connectionString;
    private readonly string _prefix;

    public LocalMinerTests(TestStorage storage)
    {
        (_connectionString, var prefix) = storage.New();
        _prefix = prefix[..20];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_find_its_address_and_its_storage()
    {
        await using var miner = new StandInMiner(200, Answer);
        WriteFile(miner.Url);

        foreach (string[] local in new string[][] { ["--local"], [] })
        {
            var challenge = await RunAsync(["challenge", .. local]);
            var models = await RunAsync(["models", "list", "--json", .. local]);
            var report = await RunAsync(["report", "--json", .. local]);

            Assert.Every([challenge, models, report], run => Assert.Equal(0, run.Status));
            Assert.Every([challenge, models, report], run => Assert.Contains(miner.Url, run.Error, StringComparison.Ordinal));
            Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(models.Output).RootElement.GetProperty("shadows").ValueKind);
        }

        Assert.Equal(2, miner.Callers.Count);
    }

    [Fact]
    public async Task Doctor_checks_it_and_its_storage()
    {
        await using var miner = new StandInMiner(200, Answer);
        WriteFile(miner.Url);

        var run = await RunAsync(["doctor", "--local"]);

        Assert.Contains("Development, subnet 420", run.Words, StringComparison.Ordinal);
        Assert.Contains("✓ storage", run.Words, StringComparison.Ordinal);
        Assert.Contains(miner.Url, run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_another_miner_in_the_shell_is_mixed_in()
    {
        await using var miner = new StandInMiner(200, Answer);
        WriteFile(miner.Url);

        var run = await RunAsync(
            ["doctor", "--local"],
            new()
            {
                ["BITTBRIDGE:NETUID"] = "64",
                ["Bittbridge:Level"] = "no number",
                ["Bittbridge:Netuit"] = "64",
                ["COINGECKO_API_KEY"] = "two\nlines",
                ["DOTNET_ENVIRONMENT"] = "Production",
            }
        );

        Assert.Contains("✓ settings", run.Words, StringComparison.Ordinal);
        Assert.Contains("Development, subnet 420", run.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("Netuit", run.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "", "set Bittbridge__Netuid here too where this command needs it")]
    [InlineData("421", "Development, subnet 421", "")]
    public async Task What_the_file_leaves_out_is_taken_from_the_shell(string? netuid, string output, string error)
    {
        await using var miner = new StandInMiner(200, Answer);
        WriteFile(miner.Url, withheld: ["Bittbridge__Netuid"]);

        var run = await RunAsync(["doctor", "--local"], new() { ["Bittbridge:Netuid"] = netuid });

        Assert.Contains(output, run.Words, StringComparison.Ordinal);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
        Assert.Equal(error.Length > 0, run.Error.Contains("leaves out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("push", "no-such-model", "mine@1")]
    [InlineData("activate", "arima@1")]
    [InlineData("shadow", "arima@1")]
    [InlineData("rollback")]
    public async Task A_command_that_changes_storage_takes_it_only_when_it_is_named(string command, params string[] args)
    {
        WriteFile("http://127.0.0.1:1");

        var unnamed = await RunAsync(["models", command, .. args]);
        var named = await RunAsync(["models", command, .. args, "--local"]);

        Assert.Equal(2, unnamed.Status);
        Assert.Contains($"'{command}' changes storage: for that of the local miner", unnamed.Error, StringComparison.Ordinal);
        Assert.Contains("Local miner: http://127.0.0.1:1/", named.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_got_the_id_of_the_ended_miner_is_not_the_miner()
    {
        WriteFile("http://127.0.0.1:1", startedAt: StartOfThisProcess().AddMinutes(-1));

        var run = await RunAsync(["models", "list", "--local"]);

        Assert.Equal(1, run.Status);
        Assert.Contains("start one with 'dotnet run eng/start.cs'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_found_from_below_a_folder_that_may_not_be_listed()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("This user may list every folder, or folders have no modes here: run the tests on Unix as a user other than root.");
            return;
        }

        var parent = Directory.CreateDirectory(_folder.At("parent")).FullName;
        Directory.CreateDirectory(Path.Combine(parent, ".local"));
        var work = Directory.CreateDirectory(Path.Combine(parent, "work")).FullName;
        WriteFile("http://127.0.0.1:1", Path.Combine("parent", ".local", "environment.json"));
        var mode = File.GetUnixFileMode(parent);
        File.SetUnixFileMode(parent, UnixFileMode.UserExecute);
        try
        {
            var (status, error) = await InShellAsync(work, "exec dotnet \"$0\" models list >/dev/null");

            Assert.Contains("Local miner: http://127.0.0.1:1/", error, StringComparison.Ordinal);
            Assert.Equal(0, status);
        }
        finally
        {
            File.SetUnixFileMode(parent, mode);
        }
    }

    [Fact]
    public async Task A_working_folder_that_was_deleted_is_no_crash()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps a folder in which a process works.");
        var work = Directory.CreateDirectory(_folder.At("work")).FullName;

        var (status, error) = await InShellAsync(work, "rmdir ../work && exec dotnet \"$0\" models list >/dev/null");

        Assert.Contains("Bittbridge:Storage is missing", error, StringComparison.Ordinal);
        Assert.Equal(2, status);
    }

    [Fact]
    public async Task Of_several_the_one_that_was_started_last_counts()
    {
        await using var miner = new StandInMiner(200, Answer);
        WriteFile("http://127.0.0.1:1");
        var first = _folder.At("environment.json");
        File.SetLastWriteTimeUtc(first, File.GetLastWriteTimeUtc(first).AddMinutes(-5));
        WriteFile(miner.Url, "environment-2.json");

        Assert.Equal(0, (await RunAsync(["challenge", "--local"])).Status);
    }

    [Theory]
    [InlineData(int.MaxValue, "http://127.0.0.1:8091")]
    [InlineData(0, "http://192.0.2.1:8091")]
    [InlineData(0, "not a URL")]
    public async Task A_miner_that_has_ended_or_a_file_of_another_kind_is_no_local_miner(int process, string url)
    {
        WriteFile(url, process: process == 0 ? Environment.ProcessId : process);

        var run = await RunAsync(["models", "list", "--local"]);

        Assert.Equal(1, run.Status);
        Assert.Contains("start one with 'dotnet run eng/start.cs'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"Url":null}""")]
    [InlineData("""{"\ud800\ud800\ud800":1}""")]
    [InlineData("""{"Values":{"\ud800":"1"}}""")]
    public async Task A_file_that_describes_no_miner_is_no_miner(string content)
    {
        _folder.Write("environment.json", content);

        var run = await RunAsync(["models", "list", "--local"]);

        Assert.Equal(1, run.Status);
        Assert.Contains("start one with 'dotnet run eng/start.cs'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_not_meant_where_a_setting_or_an_option_names_another()
    {
        WriteFile("http://127.0.0.1:1");
        await using var miner = new StandInMiner(200, Answer);

        var option = await RunAsync(["challenge", "--url", miner.Url]);
        var setting = await CommandRun.InAsync(
            new Dictionary<string, string?> { ["BITTBRIDGE_LOCAL_FOLDER"] = _folder.At(""), ["Bittbridge:Netuid"] = "421" },
            "models",
            "list"
        );

        Assert.Equal((0, ""), (option.Status, option.Error));
        Assert.Contains("Bittbridge:Storage is missing", setting.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--local and --url name two miners: remove one of them.", "doctor", "--local", "--url", "http://127.0.0.1:8091")]
    [InlineData("--local and --storage name two miners: remove one of them.", "--local", "models", "list", "--storage", "x")]
    [InlineData("--local has no use here: remove it.", "keys", "address", "//Alice", "--local")]
    public async Task It_is_refused_where_it_makes_no_sense(string sentence, params string[] args)
    {
        WriteFile("http://127.0.0.1:1");

        var run = await RunAsync(args);

        Assert.Equal(2, run.Status);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(string[] args, Dictionary<string, string?>? environment = null) =>
        CommandRun.InAsync(new Dictionary<string, string?>(environment ?? []) { ["BITTBRIDGE_LOCAL_FOLDER"] = _folder.At("") }, args);

    /// <summary>Runs a line of the shell, where <c>$0</c> is the built tool, without settings of a miner.</summary>
    private static async Task<(int Status, string Error)> InShellAsync(string folder, string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line, Path.Combine(AppContext.BaseDirectory, "bittbridge.dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        };
        foreach (
            var name in start.Environment.Keys.Where(name => name.StartsWith("bittbridge", StringComparison.OrdinalIgnoreCase)).ToList()
        )
        {
            start.Environment.Remove(name);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, error);
    }

    private static DateTime StartOfThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }

    private void WriteFile(
        string url,
        string name = "environment.json",
        int? process = null,
        DateTime? startedAt = null,
        string[]? withheld = null
    ) =>
        _folder.Write(
            name,
            JsonSerializer.Serialize(
                new
                {
                    Url = url,
                    ProcessId = process ?? Environment.ProcessId,
                    StartedAt = startedAt ?? StartOfThisProcess(),
                    Withheld = withheld ?? [],
                    Values = new Dictionary<string, string>
                    {
                        ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
                        ["Bittbridge__Hotkey"] = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
                        ["Bittbridge__Network"] = "http://127.0.0.1:1",
                        ["Bittbridge__" + SettingNames.Storage] = _connectionString,
                        ["Bittbridge__" + SettingNames.TablePrefix] = _prefix,
                        ["Bittbridge__Prices__Source"] = "simulated",
                    },
                }
            )
        );
}
