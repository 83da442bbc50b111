using System.CommandLine;
using Bittbridge.Backtesting;
using Bittbridge.Cli.Axon;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.Calibrating;
using Bittbridge.Cli.Challenging;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Datasets;
using Bittbridge.Cli.Doctor;
using Bittbridge.Cli.Fitting;
using Bittbridge.Cli.Init;
using Bittbridge.Cli.Keys;
using Bittbridge.Cli.Local;
using Bittbridge.Cli.ModelVersions;
using Bittbridge.Cli.Prices;
using Bittbridge.Cli.Reporting;
using Bittbridge.Cli.Tournaments;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli;

/// <summary>
/// The commands of <c>bittbridge</c>. Exit status 0: success; 1: failure; 2: invalid command line; 130 or 143: stopped by Ctrl+C or
/// SIGTERM.
/// </summary>
internal static class CliApp
{
    /// <param name="args">The command line.</param>
    /// <param name="environment">The settings of the miner on this machine; null for the process's environment variables.</param>
    /// <param name="interrupt">Has the effect of Ctrl+C.</param>
    public static Task<int> RunAsync(string[] args, IConfiguration? environment = null, CancellationToken interrupt = default)
    {
        environment ??= new ConfigurationBuilder().AddEnvironmentVariables().Build();
        args = HomePath.Expand(args, "--message");
        return RunAsync(settings => Root(settings, args), environment, "bittbridge", args, interrupt);
    }

    /// <summary>
    /// The root of a command line. Making all commands takes longer than most of them run, so the one that the command line begins with is
    /// the only one, if there is such a command, and there is none for the version.
    /// </summary>
    internal static RootCommand Root(IConfiguration environment, string[] args)
    {
        var commands = Commands(environment);
        RootCommand root = new("Tools for a Bittbridge miner.") { LocalMiner.Option };
        IEnumerable<Func<Command>> made =
            args is ["--version"] ? []
            : commands.TryGetValue(args.FirstOrDefault() ?? "", out var called) ? [called]
            : commands.Values;
        foreach (var create in made)
        {
            root.Add(create());
        }

        return root;
    }

    /// <summary>All commands by name, in the order of the help.</summary>
    internal static OrderedDictionary<string, Func<Command>> Commands(IConfiguration environment)
    {
        var models = new ModelSelection(environment);
        return new()
        {
            ["init"] = () => InitCommand.Create(environment),
            ["challenge"] = () => ChallengeCommand.Create(environment),
            ["keys"] = KeysCommand.Create,
            ["axon"] = () => AxonCommand.Create(environment),
            ["doctor"] = () => DoctorCommand.Create(environment),
            ["backtest"] = () => BacktestCommand.Create(models),
            ["tournament"] = () => TournamentCommand.Create(models),
            ["calibrate"] = () => CalibrateCommand.Create(models),
            ["fit"] = FitCommand.Create,
            ["dataset"] = DatasetCommand.Create,
            ["prices"] = () => PricesCommand.Create(environment),
            ["models"] = () => ModelsCommand.Create(environment),
            ["report"] = () => ReportCommand.Create(environment),
        };
    }

    /// <summary>Runs the commands of a program that has a model of its own.</summary>
    /// <param name="program">What the user types before a command, for help texts.</param>
    /// <param name="args">The command line.</param>
    /// <param name="model">The model.</param>
    public static Task<int> RunAsync(string program, string[] args, OwnModel model)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        return RunAsync(settings => Root(settings, model), environment, program, HomePath.Expand(args), CancellationToken.None);
    }

    private static RootCommand Root(IConfiguration environment, OwnModel model)
    {
        var models = new ModelSelection(environment, model);
        return new("Checks and measures the model of this file, and stores it for running miners.")
        {
            LocalMiner.Option,
            CheckCommand.Create(model.Create),
            BacktestCommand.Create(models, draws: false),
            TournamentCommand.Create(models, draws: false),
            CalibrateCommand.Create(models),
            new PushClassCommand(environment, model).Create(),
        };
    }

    private static async Task<int> RunAsync(
        Func<IConfiguration, RootCommand> root,
        IConfiguration environment,
        string program,
        string[] args,
        CancellationToken interrupt
    )
    {
        // A value may begin with @, which System.CommandLine would take as the name of a response file.
        ParseResult Parse(IConfiguration settings) => root(settings).Parse(args, new() { ResponseFileTokenReplacer = null });

        var parsed = Parse(environment);
        string? localProblem;
        try
        {
            if (LocalMiner.Of(parsed, environment, out localProblem) is { } local)
            {
                await Console.Error.WriteLineAsync($"Local miner: {local.Url} ({Shown.Path(local.File)})");
                if (string.Join(", ", local.Missing(environment)) is { Length: > 0 } missing)
                {
                    await Console.Error.WriteLineAsync(
                        $"That file leaves out what may hold a key: set {missing} here too where this command needs it."
                    );
                }

                parsed = Parse(local.Over(environment));
            }
        }
        catch (RefusedException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }

        List<string> problems = [.. CommandLineProblems.Of(parsed), .. localProblem is null ? [] : new[] { localProblem }];
        if (problems.Count > 0)
        {
            foreach (var problem in problems.Append(CommandLineProblems.Help(parsed, program)))
            {
                await Console.Error.WriteLineAsync(problem);
            }

            return 2;
        }

        using var interruption = new Interruption(interrupt);
        try
        {
            return await interruption.RunAsync(ct =>
                parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, ct)
            );
        }
        catch (Exception exception) when (exception is UsageException or SettingsException or BacktestException)
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
            // Commands handle the failures of their own files, so this one is about the output, for example on a full disk.
            await Console.Error.WriteLineAsync($"The output can't be written ({exception.Message.TrimEnd('.')}): redirect it elsewhere.");
            return 1;
        }
        // Reports a defect as such instead of crashing.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(
                "This is a defect of bittbridge, not of the command line; please report it with these "
                    + $"lines:{Environment.NewLine}{exception}"
            );
            return 1;
        }
    }
}
