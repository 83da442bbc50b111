using System.CommandLine;

namespace Bittbridge.Cli.Keys;

/// <summary><c>bittbridge keys</c>: the address of a key, and notes for its owner. Secrets are never shown.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Addresses and key files. Shows no secret.") { AddressCommand.Create() };
}
