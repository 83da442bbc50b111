using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.Keys;

[Collection(CommandRun.Console)]
public sealed class VerifyCommandTests : IDisposable
{
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    // RFC 8032, 7.1, test 2: the message is the byte 0x72.
    private const string EdKey = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    private const string EdSignature =
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    private readonly string _folder = Directory.CreateTempSubdirectory("bittbridge").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_recorded_signature_is_judged_as_it_was_recorded()
    {
        foreach (var text in RecordedFacts.Lines("fixtures/sr25519.jsonl"))
        {
            var line = JsonDocument.Parse(text).RootElement;
            var run = await CommandRun.OfAsync(
                "keys",
                "verify",
                "--address",
                line.GetProperty("public_key").GetString()!,
                "--public-key",
                "--message-hex",
                line.GetProperty("message").GetString()!,
                "--signature",
                line.GetProperty("signature").GetString()!
            );
            Assert.True(run.Status == (line.GetProperty("valid").GetBoolean() ? 0 : 1), text);
        }
    }

    [Fact]
    public async Task A_text_that_was_signed_wrapped_counts_and_is_said_to()
    {
        using var pair = DevelopmentKey.Derive("//Alice");
        var signature = Convert.ToHexString(pair.Sign("<Bytes>I am Alice</Bytes>"u8));

        var wrapped = await CommandRun.OfAsync(
            "keys",
            "verify",
            "--address",
            Alice,
            "--message",
            "I am Alice",
            "--signature",
            "0x" + signature,
            "--json"
        );
        var plain = await CommandRun.OfAsync(
            "keys",
            "verify",
            "--address",
            Alice,
            "--message",
            "<Bytes>I am Alice</Bytes>",
            "--signature",
            signature,
            "--json"
        );
        var other = await CommandRun.OfAsync("keys", "verify", "--address", Alice, "--message", "I am Bob", "--signature", signature);

        Assert.Equal((0, 0, 1), (wrapped.Status, plain.Status, other.Status));
        Assert.True(JsonDocument.Parse(wrapped.Output).RootElement.GetProperty("wrapped").GetBoolean());
        Assert.False(JsonDocument.Parse(plain.Output).RootElement.GetProperty("wrapped").GetBoolean());
        Assert.Contains("not valid", other.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ed25519_signature_holds_as_such_and_is_recognised_when_taken_for_another()
    {
        var right = await CommandRun.OfAsync(
            "keys",
            "verify",
            "--address",
            EdKey,
            "--public-key",
            "--message-hex",
            "72",
            "--signature",
            EdSignature,
            "--crypto",
            "ed25519"
        );
        var wrong = await CommandRun.OfAsync(
            "keys",
            "verify",
            "--address",
            EdKey,
            "--public-key",
            "--message-hex",
            "72",
            "--signature",
            EdSignature
        );

        Assert.Equal((0, 1), (right.Status, wrong.Status));
        Assert.Contains("use --crypto ed25519", wrong.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_taken_byte_by_byte_and_its_last_line_break_is_found_out()
    {
        using var pair = DevelopmentKey.Derive("//Alice");
        var path = Path.Combine(_folder, "message");
        await File.WriteAllBytesAsync(path, [0xff, 0x00, (byte)'\n'], TestContext.Current.CancellationToken);

        var whole = await CommandRun.OfAsync(
            "keys",
            "verify",
            "--address",
            Alice,
            "--message-file",
            path,
            "--signature",
            Convert.ToHexString(pair.Sign([0xff, 0x00, (byte)'\n']))
        );
        var shorter = await CommandRun.OfAsync(
            "keys",
            "verify",
            "--address",
            Alice,
            "--message-file",
            path,
            "--signature",
            Convert.ToHexString(pair.Sign([0xff, 0x00]))
        );

        Assert.Equal((0, 1), (whole.Status, shorter.Status));
        Assert.Contains("without the line break", shorter.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--address", Alice, "--signature", EdSignature)]
    [InlineData("--address", Alice, "--signature", EdSignature, "--message", "a", "--message-hex", "61")]
    [InlineData("--address", Alice, "--signature", "xyz", "--message", "a")]
    [InlineData("--address", Alice, "--signature", EdSignature, "--message-hex", "6")]
    [InlineData("--address", Alice, "--signature", EdSignature, "--message-file", "no-such-file")]
    [InlineData("--address", "5abc", "--signature", EdSignature, "--message", "a")]
    [InlineData("--address", Alice, "--signature", EdSignature, "--message", "a", "--crypto", "ecdsa")]
    [InlineData("--signature", EdSignature, "--message", "a")]
    public async Task A_question_that_makes_no_sense_is_refused_with_a_sentence(params string[] args)
    {
        var run = await CommandRun.OfAsync(["keys", "verify", .. args]);

        Assert.Equal(2, run.Status);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task A_signature_of_another_length_is_not_valid()
    {
        var run = await CommandRun.OfAsync("keys", "verify", "--address", Alice, "--signature", "abcd", "--message", "a");

        Assert.Equal(1, run.Status);
        Assert.Contains("64 bytes, this has 2", run.Words, StringComparison.Ordinal);
    }
}
