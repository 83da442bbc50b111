using System.CommandLine;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.Calibrating;
using Bittbridge.Cli.Challenging;
using Bittbridge.Cli.Fitting;
using Bittbridge.Cli.Tournaments;

namespace Bittbridge.Cli;

/// <summary>The commands of <c>bittbridge</c>. Exit status 0: done; 1: what was asked for failed; 2: the command line is wrong.</summary>
internal static class Workbench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Tools for a Bittbridge miner.") 
        {
            ChallengeCommand.Create(),
            BacktestCommand.Create(),
            TournamentCommand.Create(),
            CalibrateCommand.Create(),
            FitCommand.Create(),
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
        catch (UsageException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 2;
        }
    }
}
