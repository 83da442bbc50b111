using System.CommandLine;
using Bittbridge.Cli.Axon;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.Calibrating;
using Bittbridge.Cli.Challenging;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Doctor;
using Bittbridge.Cli.Fitting;
using Bittbridge.Cli.Keys;
using Bittbridge.Cli.ModelVersions;
using Bittbridge.Cli.Reporting;
using Bittbridge.Cli.Tournaments;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Bittbridge.Cli;

/// <summary>
/// The commands of <c>bittbridge</c>. Exit status 0: done; 1: what was asked for failed; 2: the command line is wrong; 130 or 143: stopped
/// by Ctrl+C or SIGTERM.
/// </summary>
internal static class CliApp
{
    private const int WidthOfFiles = 160;

    /// <param name="args">The command line.</param>
    /// <param name="environment">The settings that the miner would read here; null for the process's environment variables.</param>
    /// <param name="interrupt">Counts as Ctrl+C.</param>
    public static async Task<int> RunAsync(string[] args, IConfiguration? environment = null, CancellationToken interrupt = default)
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
            ReportCommand.Create(environment),
        };
        args = HomePath.Expand(args, "--message");

        // A value may begin with @, which System.CommandLine would take for the name of a file with more switches.
        var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (CommandLineProblems.Of(parsed) is { Count: > 0 } problems)
        {
            foreach (var problem in problems.Append(CommandLineProblems.Help(parsed, "bittbridge")))
            {
                await Console.Error.WriteLineAsync(problem);
            }

            return 2;
        }

        // A file has no edge at which tables would have to break.
        AnsiConsole.Profile.Width = Console.IsOutputRedirected
            ? Math.Max(WidthOfFiles, AnsiConsole.Profile.Width)
            : AnsiConsole.Profile.Width;
        using var interruption = new Interruption(interrupt);
        try
        {
            return await interruption.RunAsync(ct =>
                parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, ct)
            );
        }
        catch (Exception exception) when (exception is UsageException or SettingsException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
        catch (RefusedException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (IOException exception)
        {
            // Files are looked after where they are read and written; what is left is the output itself, on a full disk or so.
            await Console.Error.WriteLineAsync($"The output can't be written ({exception.Message.TrimEnd('.')}): send it elsewhere.");
            return 1;
        }
        // The edge: a defect is told as one, without the abort of the runtime.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(
                "This is a defect of bittbridge and not of what was typed; please report it with these "
                    + $"lines:{Environment.NewLine}{exception}"
            );
            return 1;
        }
    }
}
