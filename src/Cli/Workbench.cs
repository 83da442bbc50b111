using System.CommandLine;
using Bittbridge.Cli.Axon;
using Bittbridge.Cli.Challenging;
using Bittbridge.Cli.Doctor;
using Bittbridge.Cli.Keys;
using Bittbridge.Cli.Models;
using Bittbridge.Miner;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli;

/// <summary>The commands of <c>bittbridge</c>. Exit status 0: done; 1: what was asked for failed; 2: the command line is wrong.</summary>
internal static class Workbench
{
    /// <param name="args">The command line.</param>
    /// <param name="environment">The settings that the miner would read here; null for the process's environment variables.</param>
    public static async Task<int> RunAsync(string[] args, IConfiguration? environment = null)
    {
        environment ??= new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var root = new RootCommand("Tools for a Bittbridge miner.")
        {
            ChallengeCommand.Create(environment),
            KeysCommand.Create(),
            AxonCommand.Create(environment),
            DoctorCommand.Create(environment),
            ModelsCommand.Create(environment),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{parsed.Errors[0].Message.ReplaceLineEndings(" ")} See --help.").ConfigureAwait(false);
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is UsageException or SettingsException)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 2;
        }
    }
}
