using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;

namespace Bittbridge.Cli.CommandLines;

/// <summary>
/// What a command asks of its switches together. Kept apart from System.CommandLine's validators, whose messages can't be told from its
/// own.
/// </summary>
internal static class CommandRules
{
    private static readonly ConditionalWeakTable<Command, List<Func<CommandResult, IEnumerable<string>>>> Rules = [];

    /// <summary>Adds a rule: null where it is kept, else one sentence with the remedy.</summary>
    public static void Demand(this Command command, Func<CommandResult, string?> rule) =>
        command.DemandAll(result => rule(result) is { } sentence ? [sentence] : []);

    /// <summary>Adds a rule that may be broken in several ways: a sentence each.</summary>
    public static void DemandAll(this Command command, Func<CommandResult, IEnumerable<string>> rule) =>
        Rules.GetOrCreateValue(command).Add(rule);

    /// <summary>The sentences of the rules that are broken.</summary>
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
            // The value of a switch that can't be read; that switch is complained of anyway.
            return [];
        }
    }
}
