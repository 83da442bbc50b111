using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Keys;

/// <summary><c>bittbridge keys address</c>: writes a key as an address, alone on its line.</summary>
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
    private static readonly Option<int> Format = new("--format")
    {
        Description = "The ss58 format, 0 to 16383",
        DefaultValueFactory = _ => Ss58Address.BittensorFormat,
    };
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create()
    {
        var command = new Command("address", "Prints the ss58 address of a key.") { Key, IsPublicKey, Format, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (!KeySource.TryRead(parsed.GetValue(Key)!, parsed.GetValue(IsPublicKey), out var known, out var problem))
        {
            throw new UsageException(problem);
        }

        var format = parsed.GetValue(Format);
        if (format is < 0 or > Ss58Address.MaxFormat)
        {
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{format}' is no ss58 format: give one from 0 to {Ss58Address.MaxFormat}; Bittensor's is "
                        + $"{Ss58Address.BittensorFormat}."
                )
            );
        }

        var address = new Ss58Address(known.PublicKey, (ushort)format);
        Console.WriteLine(
            parsed.GetValue(Json)
                ? JsonSerializer.Serialize(
                    new(address.ToString(), address.Format, address.PublicKey.ToString()),
                    KeysJson.Default.AddressView
                )
                : address.ToString()
        );
        return 0;
    }
}
