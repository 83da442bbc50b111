using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Spectre.Console;
using Spectre.Console.Testing;

namespace Bittbridge.Cli.Tests;

/// <summary>
/// A command as its user types it, with what it said. One at a time: commands share the console, so their tests belong to the collection
/// <see cref="Console"/>.
/// </summary>
internal sealed partial record CommandRun(int Status, string Output, string Error)
{
    /// <summary>The collection of tests that use the console.</summary>
    public const string Console = "console";

    /// <summary>The output in one line, as it reads.</summary>
    public string Words => Blanks().Replace(Output, " ").Trim();

    /// <summary>Where the environment holds no setting.</summary>
    public static Task<CommandRun> OfAsync(params string[] args) => InAsync(new Dictionary<string, string?>(), args);

    /// <param name="settings">The environment's settings, with <c>:</c> for each <c>__</c>.</param>
    /// <param name="args">The command line.</param>
    public static Task<CommandRun> InAsync(IReadOnlyDictionary<string, string?> settings, params string[] args) =>
        RunAsync(settings, args, TestContext.Current.CancellationToken);

    /// <summary>As <see cref="OfAsync"/>, stopped when the token says so.</summary>
    public static Task<CommandRun> StoppedAsync(CancellationToken stop, params string[] args) =>
        RunAsync(new Dictionary<string, string?>(), args, stop);

    /// <summary>On a terminal, with the keys that its user types; a question more than that is an error.</summary>
    public static Task<CommandRun> AnsweringAsync(
        IReadOnlyDictionary<string, string?> settings,
        Action<TestConsoleInput> typed,
        params string[] args
    ) => RunAsync(settings, args, TestContext.Current.CancellationToken, typed);

    private static async Task<CommandRun> RunAsync(
        IReadOnlyDictionary<string, string?> settings,
        string[] args,
        CancellationToken stop,
        Action<TestConsoleInput>? typed = null
    )
    {
        var (output, error) = (System.Console.Out, System.Console.Error);
        using var said = new StringWriter();
        using var complained = new StringWriter();
        System.Console.SetOut(said);
        System.Console.SetError(complained);
        using var terminal = new TestConsole().Interactive();
        typed?.Invoke(terminal.Input);
        AnsiConsole.Console = typed is not null
            ? terminal
            : AnsiConsole.Create(
                new()
                {
                    Ansi = AnsiSupport.No,
                    ColorSystem = ColorSystemSupport.NoColors,
                    Interactive = InteractionSupport.No,
                    Out = new AnsiConsoleOutput(said),
                }
            );
        AnsiConsole.Console.Profile.Width = 4000;
        try
        {
            // Not a miner that the developer runs in this checkout.
            var environment = new ConfigurationBuilder()
                .AddInMemoryCollection([new("BITTBRIDGE_LOCAL_FOLDER", "/no/such/folder")])
                .AddInMemoryCollection(settings)
                .Build();
            var status = await CliApp.RunAsync(args, environment, stop);
            return new(status, terminal.Output + said, complained.ToString());
        }
        finally
        {
            System.Console.SetOut(output);
            System.Console.SetError(error);
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
