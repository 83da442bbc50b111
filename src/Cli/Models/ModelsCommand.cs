using System.CommandLine;

namespace Bittbridge.Cli.Models;

/// <summary>What an operator does with models.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "Models of one's own.")
    {
        VerifyCommand.Create(),
    };
}
