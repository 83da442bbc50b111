using System.CommandLine;

namespace Bittbridge.Cli.Keys;

/// <summary><c>bittbridge keys</c>: what an address or a key file is, and whether a signature holds. No secret is ever shown.</summary>
internal static class KeysCommand
{
    public static Command Create() =>
        new("keys", "Addresses, key files and signatures. Shows no secret.")
        {
            AddressCommand.Create(),
            InspectCommand.Create(),
            VerifyCommand.Create(),
        };
}
