using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Keys;

/// <summary><c>bittbridge keys inspect</c>: exit status 0 for what can be somebody's hotkey, 1 for what can't.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Key = new("key")
    {
        Description =
            "An ss58 address, a hotkey file, a public key of 64 hex digits (with --public-key), or a development key such as //Alice",
    };
    private static readonly Option<bool> IsPublicKey = new("--public-key")
    {
        Description = "The 64 hex digits are a public key, not a secret seed",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create()
    {
        var command = new Command(
            "inspect",
            "Tells what an address or a key file is. Shows no secret. Exit status 1 when it can be nobody's hotkey."
        )
        {
            Key,
            IsPublicKey,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var view = Inspection.Of(parsed.GetValue(Key)!, parsed.GetValue(IsPublicKey));
        if (parsed.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(view, KeysJson.Default.InspectionView));
        }
        else
        {
            Show(view);
        }

        return view.Usable ? 0 : 1;
    }

    private static void Show(InspectionView view)
    {
        Line(
            "file",
            view.File switch
            {
                null => null,
                "public" => "public: an address without its secret",
                "secret" => "secret: an address and its secret, not encrypted",
                "encrypted" => "encrypted: only its owner's password opens it",
                _ => "none that can be read",
            }
        );
        Line("address", view.Address);
        Line(
            "format",
            view.Format is { } format
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{format}{(format == Ss58Address.BittensorFormat ? " (Bittensor)" : " (not Bittensor's)")}"
                )
                : null
        );
        Line("checksum", view.Address is null ? null : "fits");
        Line("public key", view.PublicKey is { } key ? "0x" + key : null);
        foreach (var remark in view.Remarks)
        {
            ConsoleLine.Line(view.Usable ? "[yellow]![/]" : "[red]✗[/]", remark);
        }
    }

    // Written plainly, so that no narrow terminal breaks what is to be copied.
    private static void Line(string name, string? value)
    {
        if (value is not null)
        {
            Console.WriteLine($"{name, -11}{value}");
        }
    }
}
