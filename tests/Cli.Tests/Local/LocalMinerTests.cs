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
        await using var miner = await StandInMiner.StartAsync(200, Answer);
        WriteFile(miner.Url);

        foreach (string[] local in new string[][] { ["--local"], [] })
        {
            var challenge = await RunAsync(["challenge", .. local]);
            var models = await RunAsync(["models", "list", "--json", .. local]);
            var report = await RunAsync(["report", "--json", .. local]);

            Assert.All([challenge, models, report], run => Assert.Equal(0, run.Status));
            Assert.All([challenge, models, report], run => Assert.Contains(miner.Url, run.Error, StringComparison.Ordinal));
            Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(models.Output).RootElement.GetProperty("shadows").ValueKind);
        }

        Assert.Equal(2, miner.Callers.Count);
    }

    [Fact]
    public async Task Doctor_checks_it_and_its_storage()
    {
        await using var miner = await StandInMiner.StartAsync(200, Answer);
        WriteFile(miner.Url);

        var run = await RunAsync(["doctor", "--local"]);

        Assert.Contains("Development, subnet 420", run.Words, StringComparison.Ordinal);
        Assert.Contains("✓ storage", run.Words, StringComparison.Ordinal);
        Assert.Contains(miner.Url, run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_the_one_that_was_started_last_counts()
    {
        await using var miner = await StandInMiner.StartAsync(200, Answer);
        WriteFile("http://127.0.0.1:1");
        File.SetLastWriteTimeUtc(_folder.At("environment.json"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-5));
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

    [Fact]
    public async Task It_is_not_meant_where_a_setting_or_an_option_names_another()
    {
        WriteFile("http://127.0.0.1:1");
        await using var miner = await StandInMiner.StartAsync(200, Answer);

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

    private Task<CommandRun> RunAsync(string[] args) =>
        CommandRun.InAsync(new Dictionary<string, string?> { ["BITTBRIDGE_LOCAL_FOLDER"] = _folder.At("") }, args);

    private void WriteFile(string url, string name = "environment.json", int? process = null) =>
        _folder.Write(
            name,
            JsonSerializer.Serialize(
                new
                {
                    Url = url,
                    ProcessId = process ?? Environment.ProcessId,
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
