using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;

namespace Bittbridge.Cli.CommandLines;

/// <summary>
/// Rules on several options of a command together. They are not System.CommandLine validators, because their messages could not be told
/// apart from its own.
/// </summary>
internal static class CommandRules
{
    private static readonly ConditionalWeakTable<Command, List<Func<CommandResult, IEnumerable<string>>>> Rules = [];

    /// <summary>Adds a rule, which returns null or one sentence with the remedy.</summary>
    public static void Demand(this Command command, Func<CommandResult, string?> rule) =>
        command.DemandAll(result => rule(result) is { } sentence ? [sentence] : []);

    /// <summary>Adds a rule that may return several sentences.</summary>
    public static void DemandAll(this Command command, Func<CommandResult, IEnumerable<string>> rule) =>
        Rules.GetOrCreateValue(command).Add(rule);

    /// <summary>The sentences of the broken rules.</summary>
    public static IEnumerable<string> Broken(CommandResult result) =>
        Rules.TryGetValue(result.Command, out var rules) ? rules.SelectMany(rule => Sentences(rule, result)) : [];

    private static List<string> Sentences(Func<CommandResult, IEnumerable<string>> rule, CommandResult result)
    {
        try
        {
            return [.. rule(result)];
        }
        catch (InvalidOperationException)
        {
            // The value of an option is invalid, which is reported anyway.
            return [];
        }
    }
}
