using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>bittbridge models</c>: verifies, stores and activates models.</summary>
internal static class ModelsCommand
{
    /// <param name="environment">The settings of the miner on this machine.</param>
    public static Command Create(IConfiguration environment) =>
        new("models", "Your own models: the versions in storage, and which of them every miner on that storage uses.")
        {
            new ListCommand(environment).Create(),
            VerifyCommand.Create(environment),
            new PushCommand(environment).Create(),
            new ActivateCommand(environment).Create(),
            new ShadowCommand(environment).Create(),
            new RollbackCommand(environment).Create(),
        };
}
