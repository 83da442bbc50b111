using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>What an operator does with models.</summary>
internal static class ModelsCommand
{
    /// <param name="environment">The settings that the miner would read here.</param>
    public static Command Create(IConfiguration environment) =>
        new("models", "Models of one's own: the versions in storage, and which of them every miner on that storage serves.")
        {
            new ListCommand(environment).Create(),
            VerifyCommand.Create(),
            new PushCommand(environment).Create(),
            new ActivateCommand(environment).Create(),
            new ShadowCommand(environment).Create(),
            new RollbackCommand(environment).Create(),
        };
}
