using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Keys;

[Collection(CommandRun.Console)]
public sealed class AddressCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bittbridge").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("//Alice")]
    [InlineData("0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")]
    [InlineData("D43593C715FDD31C61141ABD04A99FD6822C8558854CCDE39A5684E7A56DA27D")]
    [InlineData("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5")]
    public async Task The_address_of_a_key_is_alone_on_its_line(string key)
    {
        var run = await CommandRun.OfAsync("keys", "address", key, "--public-key");

        Assert.Equal((0, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"), (run.Status, run.Output.Trim()));
    }

    [Theory]
    [InlineData("alice-hotkey.json", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")]
    [InlineData("dev-hotkey.json", "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV")]
    public async Task The_address_of_the_SDKs_files_is_read(string file, string address)
    {
        var run = await CommandRun.OfAsync("keys", "address", RecordedFacts.PathOf("fixtures/wallets/" + file));

        Assert.Equal((0, address), (run.Status, run.Output.Trim()));
    }

    [Fact]
    public async Task The_address_of_a_public_file_is_read()
    {
        var path = Path.Combine(_folder, "minerpub.txt");
        await File.WriteAllTextAsync(
            path,
            """{"ss58Address":"5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"}""",
            TestContext.Current.CancellationToken
        );

        var run = await CommandRun.OfAsync("keys", "address", path);

        Assert.Equal("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", run.Output.Trim());
    }

    [Fact]
    public async Task Every_recorded_address_is_written_in_its_format()
    {
        var lines = RecordedFacts
            .Lines("fixtures/ss58.jsonl")
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("valid").GetBoolean())
            .ToList();

        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var run = await CommandRun.OfAsync(
                "keys",
                "address",
                line.GetProperty("public_key").GetString()!,
                "--public-key",
                "--format",
                line.GetProperty("format").GetInt32().ToString(CultureInfo.InvariantCulture)
            );
            Assert.Equal(line.GetProperty("address").GetString(), run.Output.Trim());
        }
    }

    [Fact]
    public async Task Machines_get_the_public_key_too()
    {
        var run = await CommandRun.OfAsync("keys", "address", "//Bob", "--format", "0", "--json");

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(DevelopmentKey.Derive("//Bob").PublicKey.ToString(), json.GetProperty("publicKey").GetString());
        Assert.Equal(0, json.GetProperty("format").GetInt32());
        Assert.Equal("//Bob", json.GetProperty("developmentKey").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("file").ValueKind);
    }

    [Theory]
    [InlineData("5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM", 0, "all-zero key")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", 0, "the development key //Bob: its secret is public")]
    [InlineData(
        "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
        0,
        "0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"
    )]
    [InlineData("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", 0, "another network than Bittensor (format 0, not 42)")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694tz", 2, "checksum does not match")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM69Oty", 2, "can't contain 'O' (character 46)")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty\u001b", 2, "can't contain '\\u001b' (character 49)")]
    [InlineData("5FHneW", 2, "46 to 49 characters")]
    [InlineData(" 5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", 2, "no surrounding spaces")]
    public async Task Warnings_for_the_owner_appear_beside_the_address(string text, int status, string word)
    {
        var run = await CommandRun.OfAsync("keys", "address", text);

        Assert.Equal(status, run.Status);
        Assert.Contains(word, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//Alice/soft", "42", "development key")]
    [InlineData("//Alice", "16384", "16383")]
    [InlineData("//Alice", "-1", "16383")]
    [InlineData("no-such-file", "42", "neither a file nor a key")]
    public async Task What_names_no_key_is_refused_with_a_sentence(string key, string format, string word)
    {
        var run = await CommandRun.OfAsync("keys", "address", key, "--format", format);

        Assert.Equal(2, run.Status);
        Assert.Contains(word, run.Error, StringComparison.Ordinal);
    }
}
