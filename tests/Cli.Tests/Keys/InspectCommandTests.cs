using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Keys;

[Collection(CommandRun.Console)]
public sealed class InspectCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bittbridge").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_address_is_told_in_words()
    {
        var run = await CommandRun.OfAsync("keys", "inspect", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");

        Assert.Equal(0, run.Status);
        Assert.Contains("format 42 (Bittensor)", run.Words, StringComparison.Ordinal);
        Assert.Contains("checksum fits", run.Words, StringComparison.Ordinal);
        Assert.Contains(
            "public key 0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48",
            run.Words,
            StringComparison.Ordinal
        );
        Assert.Contains("the development key //Bob: everybody has its secret", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_somebodys_own_gets_no_warning()
    {
        using var pair = HotkeyPair.Create();

        var run = await CommandRun.OfAsync("keys", "inspect", pair.Address.ToString(), "--json");

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.True(json.GetProperty("usable").GetBoolean());
        Assert.Equal(0, json.GetProperty("remarks").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("developmentKey").ValueKind);
    }

    [Fact]
    public async Task An_address_of_another_network_is_said_to_be_one()
    {
        var run = await CommandRun.OfAsync("keys", "inspect", "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5");

        Assert.Equal(0, run.Status);
        Assert.Contains("format 0 (not Bittensor's)", run.Words, StringComparison.Ordinal);
        Assert.Contains("the same key there is 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", run.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM", "all-zero key")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694tz", "checksum does not fit")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM69Oty", "has no 'O' (character 46)")]
    [InlineData("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694", "checksum does not fit")]
    [InlineData("5FHneW", "46 to 50 characters")]
    [InlineData(" 5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", "no spaces around it")]
    public async Task What_can_be_nobodys_hotkey_is_told_with_the_reason(string text, string word)
    {
        var run = await CommandRun.OfAsync("keys", "inspect", text);

        Assert.Equal(1, run.Status);
        Assert.Contains(word, run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_recorded_address_is_judged_as_it_was_recorded()
    {
        var lines = RecordedFacts
            .Lines("fixtures/ss58.jsonl")
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("address").GetString()!.Trim().Length > 0)
            .ToList();

        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var run = await CommandRun.OfAsync("keys", "inspect", line.GetProperty("address").GetString()!);
            var isZero = line.GetProperty("public_key").GetString() is { } key && key.All(digit => digit == '0');
            Assert.Equal(line.GetProperty("valid").GetBoolean() && !isZero ? 0 : 1, run.Status);
        }
    }

    [Theory]
    [InlineData("alice-hotkey.json")]
    [InlineData("dev-hotkey.json")]
    public async Task A_secret_file_is_known_as_one_and_nothing_of_its_secret_is_shown(string file)
    {
        var path = RecordedFacts.PathOf("fixtures/wallets/" + file);

        var words = await CommandRun.OfAsync("keys", "inspect", path);
        var json = await CommandRun.OfAsync("keys", "inspect", path, "--json");

        Assert.Equal(0, words.Status);
        Assert.Contains("file secret: an address and its secret, not encrypted", words.Words, StringComparison.Ordinal);
        Assert.Equal("secret", JsonDocument.Parse(json.Output).RootElement.GetProperty("file").GetString());
        foreach (
            var secret in JsonDocument
                .Parse(await File.ReadAllTextAsync(path, Stop))
                .RootElement.EnumerateObject()
                .Where(field => field.Name is "privateKey" or "secretSeed" or "secretPhrase")
        )
        {
            var text = secret.Value.GetString()!;
            Assert.All(
                [words.Output, json.Output],
                output => Assert.DoesNotContain(text[2..18], output, StringComparison.OrdinalIgnoreCase)
            );
        }
    }

    [Theory]
    [InlineData("""{"ss58Address":"5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"}""", "public", 0)]
    [InlineData("$NACL0123456789", "encrypted", 1)]
    [InlineData("$ANSIBLE_VAULT;1.1;AES256", "encrypted", 1)]
    [InlineData("gAAAAABsomething", "encrypted", 1)]
    [InlineData("hello", "unreadable", 1)]
    [InlineData("", "unreadable", 1)]
    public async Task A_file_is_what_it_holds(string content, string kind, int status)
    {
        var path = Path.Combine(_folder, "hotkey");
        await File.WriteAllTextAsync(path, content, Stop);

        var run = await CommandRun.OfAsync("keys", "inspect", path, "--json");

        Assert.Equal(status, run.Status);
        Assert.Equal(kind, JsonDocument.Parse(run.Output).RootElement.GetProperty("file").GetString());
    }

    [Fact]
    public async Task A_secret_that_belongs_to_another_address_is_found_out()
    {
        var alice = await File.ReadAllTextAsync(RecordedFacts.PathOf("fixtures/wallets/alice-hotkey.json"), Stop);
        var path = Path.Combine(_folder, "hotkey");
        var secret = JsonDocument.Parse(alice).RootElement.GetProperty("privateKey").GetString();
        await File.WriteAllTextAsync(
            path,
            $$"""{"ss58Address":"5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty","privateKey":"{{secret}}"}""",
            Stop
        );

        var run = await CommandRun.OfAsync("keys", "inspect", path);

        Assert.Equal(1, run.Status);
        Assert.Contains("does not belong to the address", run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_file_that_others_may_read_is_warned_of()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        var path = Path.Combine(_folder, "hotkey");
        await File.WriteAllTextAsync(path, "$NACL", Stop);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var open = await CommandRun.OfAsync("keys", "inspect", path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        var closed = await CommandRun.OfAsync("keys", "inspect", path);

        Assert.Contains("chmod 600", open.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("chmod 600", closed.Words, StringComparison.Ordinal);
    }
}
