using System.Text;
using System.Text.Json;
using Bittbridge.Cli.Doctor;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Doctor;

/// <summary>Read as Functions Core Tools do: Development by default, and the environment wins.</summary>
[Collection(CommandRun.Console)]
public sealed class SettingsFileTests : IDisposable
{
    // Nothing listens at these addresses, so no test reaches a real service.
    private const string Nowhere =
        """ "Bittbridge__Network": "http://127.0.0.1:1", "Bittbridge__CoinGecko__BaseAddress": "http://127.0.0.1:1", """;

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("bittbridge").FullName, "local.settings.json");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public async Task The_values_of_the_file_count()
    {
        var settings = await SettingsAsync(
            $$"""
            {
              "IsEncrypted": false, // a comment
              "Values": {
                {{Nowhere}} "Bittbridge__Storage": "{{StorageEmulator.Unreachable()}}",
                "Bittbridge__Hotkey": "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", "Bittbridge__Netuid": "7"
              },
            }
            """,
            []
        );

        Assert.Contains("Development, subnet 7 (http://127.0.0.1:1)", settings, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_settings_or_refused_in_one_line() =>
        ParserFuzzing.RunCostly(
            [
                .. new[]
                {
                    """{"IsEncrypted": false, "Values": {"Bittbridge__Netuid": "7", "A": null, "B": 1}}""",
                    """{"Values": {"Bittbridge": {"Prices": {"Source": "x"}}}, "Bittbridge__Netuid": "7"}""",
                    """{"values": {"\ud800": "1", "Bittbridge__Hotkey": "\udfff"}}""",
                    """{"Values": {}, "Bittbridge__Ne\u0000tuid": "7"}""",
                    """{"Values": {"Bittbridge": {"Ne\u001b[2Jtuid": "7"}}}""",
                }.Select(Encoding.UTF8.GetBytes),
            ],
            cost: 10,
            bytes =>
            {
                File.WriteAllBytes(_path, bytes);
                try
                {
                    Assert.All(LocalSettingsFile.Read(new(_path)).Keys, Assert.NotNull);
                }
                catch (UsageException refused)
                {
                    Assert.DoesNotContain(refused.Message, char.IsControl);
                    Assert.InRange(refused.Message.Length, 20, 1000);
                }
            }
        );

    [Fact]
    public async Task The_environment_wins_over_the_file()
    {
        var settings = await SettingsAsync(
            $$"""{"Values": { {{Nowhere}} "Bittbridge__Hotkey": "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", "Bittbridge__Netuid": "7" } }""",
            new()
            {
                ["Bittbridge:Netuid"] = "8",
                ["Bittbridge:Storage"] = StorageEmulator.Unreachable(),
                ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production",
            }
        );

        Assert.Contains("production, subnet 8 ", settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"IsEncrypted":true,"Values":{}}""", "func settings decrypt")]
    [InlineData("""{"Values":[]}""", "Values")]
    [InlineData("[]", "Values")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"Values":{"A":"1","a":"2"}}""", "one value for each name")]
    [InlineData("""{"Values":{"A:B":"1","A__B":"2"}}""", "one value for each name")]
    [InlineData("""{"Values":{"Bittbridge":{"CoinGecko":{"ApiKey":"hunter2"}}}}""", "write \"Bittbridge__CoinGecko__ApiKey\"")]
    [InlineData("""{"Values":{},"Bittbridge":{"Hotkey":"hunter2"}}""", "write \"Bittbridge__Hotkey\": \"…\" into Values")]
    [InlineData("""{"Values":{"Bittbridge__Hotkey":["hunter2"]}}""", "as an array")]
    [InlineData("""{"Values":{"\ud800":"1"}}""", "invalid Unicode")]
    public async Task A_file_that_can_not_be_used_is_refused_with_the_remedy(string content, string word)
    {
        await File.WriteAllTextAsync(_path, content, TestContext.Current.CancellationToken);

        var run = await CommandRun.OfAsync("doctor", "--settings", _path);

        Assert.Equal(2, run.Status);
        Assert.Contains(word, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public async Task A_byte_order_mark_is_accepted(string encoding)
    {
        await File.WriteAllTextAsync(
            _path,
            $$"""{"Values": { {{Nowhere}} "Bittbridge:Hotkey": "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", "Bittbridge__Storage": "{{StorageEmulator.Unreachable()}}" } }""",
            System.Text.Encoding.GetEncoding(encoding),
            TestContext.Current.CancellationToken
        );

        var run = await CommandRun.InAsync(new Dictionary<string, string?>(), "doctor", "--settings", _path);

        Assert.Contains("✓ settings Development, subnet 420", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_encoding_is_refused_with_the_line()
    {
        await File.WriteAllBytesAsync(_path, [(byte)'{', (byte)'\n', 0xE9], TestContext.Current.CancellationToken);

        var run = await CommandRun.OfAsync("doctor", "--settings", _path);

        Assert.Equal((2, $"The file {_path} is not UTF-8 in line 2: save it as UTF-8."), (run.Status, run.Error.Trim()));
    }

    private async Task<string> SettingsAsync(string content, Dictionary<string, string?> environment)
    {
        await File.WriteAllTextAsync(_path, content, TestContext.Current.CancellationToken);
        var run = await CommandRun.InAsync(environment, "doctor", "--settings", _path, "--json");
        return JsonDocument
            .Parse(run.Output)
            .RootElement.GetProperty("findings")
            .EnumerateArray()
            .Single(finding => finding.GetProperty("name").GetString() == "settings")
            .GetProperty("detail")
            .GetString()!;
    }
}
