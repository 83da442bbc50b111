using System.Collections;
using System.Text.Json;
using Bittbridge.Tools.Running;
using CliWrap;
using CliWrap.Buffered;

namespace Bittbridge.Tools.Azure;

/// <summary>The hooks of azure.yaml. Each prints a line for every finding and returns 1 for a problem, which ends azd's command.</summary>
public static class AzdHooks
{
    /// <summary>Between two questions for something that takes time.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var environment = new HookEnvironment(
            Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value)
        );
        try
        {
            return args switch
            {
                ["preflight"] => await new Preflight(environment, AzdAsync, Console.Out).RunAsync(CancellationToken.None),
                ["verify"] => await new Verification(environment, AzdAsync, Console.Out, Pause).RunAsync(CancellationToken.None),
                _ => throw new CommandException("Give one word: preflight, before provisioning, or verify, after a deployment.", 2),
            };
        }
        catch (CommandException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
    }

    /// <summary>Runs azd and returns what it prints.</summary>
    /// <exception cref="CommandException">azd is missing, or failed.</exception>
    private static async Task<string> AzdAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var azd = Programs.Find("azd") ?? throw new CommandException("azd is not on the path: install it (https://aka.ms/azd-install).");
        var result = await Cli.Wrap(azd)
            .WithArguments(arguments)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return result.IsSuccess
            ? result.StandardOutput
            : throw new CommandException(
                $"azd {arguments[0]} {arguments[1]} failed ({result.StandardError.Trim()}): run 'azd auth login'."
            );
    }
}

/// <summary>Runs azd with arguments and returns what it prints.</summary>
/// <exception cref="CommandException">azd is missing, or failed.</exception>
public delegate Task<string> RunAzd(IReadOnlyList<string> arguments, CancellationToken cancellationToken);

/// <summary>The variables that azd gives a hook: those of its environment, with the outputs of the last deployment.</summary>
public sealed class HookEnvironment(IReadOnlyDictionary<string, string?> variables)
{
    /// <summary>A variable's value; null when it is missing or empty.</summary>
    public string? this[string name] => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Whether a variable is set, even to nothing.</summary>
    public bool Has(string name) => variables.ContainsKey(name);

    /// <exception cref="CommandException">The variable is missing.</exception>
    public string Required(string name) =>
        this[name]
        ?? throw new CommandException($"{name} is missing: run 'azd provision' first, and this with 'azd hooks run postdeploy'.");

    /// <summary>Azure Resource Manager as the one who is logged in to azd.</summary>
    public ResourceManager ResourceManager(RunAzd azd) =>
        new(
            new(this["AZURE_RESOURCE_MANAGER"] ?? "https://management.azure.com"),
            Required("AZURE_SUBSCRIPTION_ID"),
            async cancellationToken =>
                JsonDocument
                    .Parse(await azd(["auth", "token", "--output", "json"], cancellationToken))
                    .RootElement.GetProperty("token")
                    .GetString()!
        );
}
