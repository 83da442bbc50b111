using System.Text.Json;
using Bittbridge.Cli.Tests.Doctor;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;
using Microsoft.Extensions.Configuration;

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
        await using var parts = await DoctorRun.PrepareAsync(storage);

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
        await using var parts = await DoctorRun.PrepareAsync(storage);

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
    public async Task Compose_gets_the_variables_that_the_compose_file_reads()
    {
        await using var parts = await DoctorRun.PrepareAsync(storage);

        await RunAsync(parts, "--target", "selfhost", "--supervisor", "compose");

        var compose = await File.ReadAllTextAsync(RepositoryFolder.At("compose.yaml"), TestContext.Current.CancellationToken);
        var names = (await File.ReadAllLinesAsync(_folder.At(".env"), TestContext.Current.CancellationToken))
            .Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=')[0])
            .ToList();
        Assert.Contains("MINER_HOTKEY", names);
        Assert.All(names, name => Assert.Contains($"${{{name}:", compose, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Azure_writes_nothing_and_prints_lines_that_the_deployment_reads()
    {
        await using var parts = await DoctorRun.PrepareAsync(storage);

        var run = await RunAsync(parts, "--target", "azure");

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
        Assert.All(set, line => Assert.Contains($"'{line.Split(' ')[3]}'", parameters, StringComparison.Ordinal));
        Assert.DoesNotContain("storage", run.Words.Split("Deploy it")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("CG-test", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_overwritten_only_when_that_is_asked_for()
    {
        await using var parts = await DoctorRun.PrepareAsync(storage);
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
            [
                "init",
                "--hotkey",
                parts.Hotkey.ToString(),
                "--network",
                parts.Settings["Bittbridge:Network"]!,
                "--out",
                _folder.At(""),
                .. args,
            ]
        );

    private static string LastLine(CommandRun run) => run.Output.TrimEnd().Split('\n')[^1];
}
