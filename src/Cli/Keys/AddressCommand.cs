using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.CommandLines;

namespace Bittbridge.Cli.Keys;

/// <summary>
/// <c>bittbridge keys address</c>: writes the address of a key to the output. Notes go to the error stream, or into the JSON.
/// </summary>
internal static class AddressCommand
{
    private static readonly Argument<string> Key = new("key")
    {
        Description =
            "A hotkey file (secret or …pub.txt), a development key such as //Alice, a public key of 64 hex digits (with --public-key), "
            + "or an ss58 address",
    };
    private static readonly Option<bool> IsPublicKey = new("--public-key")
    {
        Description = "The 64 hex digits are a public key, not a secret seed",
    };
    private static readonly Option<int> Format = ValueOptions.WholeNumber(
        "--format",
        "The ss58 format, 0 to 16383",
        0,
        Ss58Address.MaxFormat,
        Ss58Address.BittensorFormat
    );
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create()
    {
        var command = new Command("address", "Prints the ss58 address of a key, with notes for its owner. Shows no secret.")
        {
            Key,
            IsPublicKey,
            Format,
            Json,
        };
        command.Demand(result => TryRead(result.GetValue(Key), result.GetValue(IsPublicKey), out _, out var problem) ? null : problem);
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken ct)
    {
        var text = parsed.GetValue(Key)!;
        if (!TryRead(text, parsed.GetValue(IsPublicKey), out var known, out var problem))
        {
            throw new UsageException(problem);
        }

        var file = KeySource.IsFile(text) ? HotkeyFile.Examine(text) : null;
        var address = new Ss58Address(known.PublicKey, (ushort)parsed.GetValue(Format));
        var remarks = KeyRemarks.Of(known, file, text);
        if (parsed.GetValue(Json))
        {
            var view = new AddressView(
                address.ToString(),
                address.Format,
                address.PublicKey.ToString(),
                file?.Kind.ToString().ToLowerInvariant(),
                DevelopmentNames.Of(address.PublicKey),
                remarks
            );
            WriteJson(view);
            return 0;
        }

        Console.WriteLine(address.ToString());
        foreach (var remark in remarks.Prepend($"Its public key is 0x{address.PublicKey}."))
        {
            await Console.Error.WriteLineAsync(remark);
        }

        return 0;
    }

    // Apart, so that the JSON library is loaded for JSON only.
    private static void WriteJson(AddressView view) => Console.WriteLine(JsonSerializer.Serialize(view, KeysJson.Default.AddressView));

    private static bool TryRead(string? text, bool isPublicKey, out Ss58Address address, [NotNullWhen(false)] out string? problem) =>
        KeySource.TryRead(text ?? "", isPublicKey, out address, out problem);
}
