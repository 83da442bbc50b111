using Bittbridge.Cli;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;
using Bittbridge.SelfHost;
using Bittbridge.Tools.Starting;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Models;

/// <summary>
/// The program of a file with one model: without a command it runs a miner with the model on this machine, and
/// <c>check</c>, <c>backtest</c>, <c>tournament</c> and <c>calibrate</c> measure it. <c>push</c> stores it for running miners.
/// </summary>
public static class ModelApp
{
    private static readonly string[] Commands = ["check", "backtest", "tournament", "calibrate", "push"];

    /// <summary>The path of a file beside the model's own, such as one with its weights, wherever the program is started.</summary>
    public static string PathOf(string name) =>
        Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? AppContext.BaseDirectory, name);

    /// <summary>Runs the program with a model that has a constructor without parameters, or one whose parameters are services.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync<TModel>(string[] args)
        where TModel : class, IPredictionModel => RunAsync(args, services => ActivatorUtilities.CreateInstance<TModel>(services));

    /// <summary>Runs the program with the model that a function creates.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="create">Creates the model from the miner's services; a measurement has loggers and HTTP clients alone.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string[] args, Func<IServiceProvider, IPredictionModel> create)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(create);

        // A file-based app is published ahead of time by default and so has no reflection in its JSON. Models read JSON from their APIs.
        AppContext.SetSwitch("System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault", isEnabled: true);
        if (LocalStart.IsMiner)
        {
            return await CommandLine.RunAsync(args, miner => miner.AddModel(create));
        }

        await using var services = new ServiceCollection().AddLogging().AddHttpClient().BuildServiceProvider();
        string name;
        try
        {
            name = create(services).Id.Name;
        }
        // A user's model may throw anything.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"The model can't be created: {ModelFailure.Describe(exception)}.");
            return 1;
        }

        if (BuiltInModels.Has(name))
        {
            await Console.Error.WriteLineAsync($"The model is named {name}, as a built-in model is: give it another name in its Id.");
            return 1;
        }

        if (args is not [var first, ..] || !Commands.Contains(first, StringComparer.Ordinal))
        {
            return await LocalStart.RunAsync(args, name);
        }

        LateConsole.Use();
        return await CliApp.RunAsync($"dotnet run {LocalStart.FileName}", args, new(name, () => create(services), services));
    }
}
