using System.CommandLine;
using System.Text;
using System.Text.Json;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Files;
using Spectre.Console;

namespace Bittbridge.Cli.Keys;

/// <summary><c>bittbridge keys verify</c>: exit status 0 when a signature holds, 1 when it does not.</summary>
internal static class VerifyCommand
{
    private static readonly Option<string> Address = new("--address")
    {
        Description = "Who signed: an ss58 address, a public key in hex, a key file or a development key",
        Required = true,
    };
    private static readonly Option<bool> IsPublicKey = new("--public-key")
    {
        Description = "The 64 hex digits are a public key, not a secret seed",
    };
    private static readonly Option<string> Signature = new("--signature")
    {
        Description = "128 hex digits, with or without 0x",
        Required = true,
    };
    private static readonly Option<string?> Text = new("--message") { Description = "What was signed, as text (UTF-8)" };
    private static readonly Option<FileInfo?> TextFile = new("--message-file")
    {
        Description = "A file that holds exactly what was signed",
    };
    private static readonly Option<string?> Hex = new("--message-hex") { Description = "What was signed, in hex, with or without 0x" };
    private static readonly Option<string> Crypto = new("--crypto")
    {
        Description = "sr25519 or ed25519",
        DefaultValueFactory = _ => "sr25519",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create()
    {
        var command = new Command(
            "verify",
            "Tells whether a signature holds; one of the message between <Bytes> and </Bytes>, as browser wallets sign, counts too. Exit "
                + "status 0 when it holds, 1 when not."
        )
        {
            Address,
            IsPublicKey,
            Signature,
            Text,
            TextFile,
            Hex,
            Crypto,
            Json,
        };
        Crypto.AcceptOnlyFromAmong("sr25519", "ed25519");
        command.Demand(result =>
            new Option[] { Text, TextFile, Hex }.Count(option => result.GetResult(option) is not null) == 1
                ? null
                : "Say what was signed with one of --message, --message-file and --message-hex."
        );
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (!KeySource.TryRead(parsed.GetValue(Address)!, parsed.GetValue(IsPublicKey), out var address, out var problem))
        {
            throw new UsageException(problem);
        }

        var view = Verification.Of(
            address.PublicKey,
            Message(parsed),
            Bytes(parsed.GetValue(Signature)!, "signature"),
            parsed.GetValue(Crypto)!
        );
        if (parsed.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(view, KeysJson.Default.VerificationView));
        }
        else if (view.Valid)
        {
            var wrapping = view.Wrapped ? ", wrapped in <Bytes>…</Bytes> as browser wallets do" : "";
            AnsiConsole.MarkupLineInterpolated($"[green]valid[/]: {address} signed this ({view.Crypto}{wrapping}).");
        }
        else
        {
            AnsiConsole.MarkupLineInterpolated($"[red]not valid[/]: {view.Remark}");
        }

        return view.Valid ? 0 : 1;
    }

    private static byte[] Message(ParseResult parsed)
    {
        if (parsed.GetValue(TextFile) is not { } file)
        {
            return parsed.GetValue(Hex) is { } hex ? Bytes(hex, "message") : Encoding.UTF8.GetBytes(parsed.GetValue(Text)!);
        }

        return UserFile.TryReadBytes(file.FullName, UserFile.MaxJsonBytes, out var bytes, out var problem)
            ? bytes
            : throw new UsageException(problem.ToString());
    }

    private static byte[] Bytes(string hex, string what)
    {
        try
        {
            return Convert.FromHexString(hex.StartsWith("0x", StringComparison.Ordinal) ? hex.AsSpan(2) : hex);
        }
        catch (FormatException)
        {
            throw new UsageException($"The {what} is no hex: give pairs of the digits 0 to 9 and a to f.");
        }
    }
}
