using System.CommandLine;
using Bittbridge.Cli.Axon;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.Calibrating;
using Bittbridge.Cli.Challenging;
using Bittbridge.Cli.Doctor;
using Bittbridge.Cli.Fitting;
using Bittbridge.Cli.Keys;
using Bittbridge.Cli.Models;
using Bittbridge.Cli.Tournaments;
using Bittbridge.Miner;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Bittbridge.Cli;

/// <summary>The commands of <c>bittbridge</c>. Exit status 0: done; 1: what was asked for failed; 2: the command line is wrong.</summary>
internal static class Workbench
{
    private const int WidthOfFiles = 160;

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
            BacktestCommand.Create(),
            TournamentCommand.Create(),
            CalibrateCommand.Create(),
            FitCommand.Create(),
            ModelsCommand.Create(environment),
        };
        args = HomePath.Expand(args, "--message");
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{Shown.Message(parsed.Errors[0].Message, args).ReplaceLineEndings(" ")} See --help.").ConfigureAwait(false);
            return 2;
        }

        // A file has no edge at which tables would have to break.
        AnsiConsole.Profile.Width = Console.IsOutputRedirected ? Math.Max(WidthOfFiles, AnsiConsole.Profile.Width) : AnsiConsole.Profile.Width;
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
