using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.CommandLines;

/// <summary>
/// The problems of a command line, one sentence each: the option, its value and the valid values. They are derived from the parse result,
/// not from System.CommandLine's messages, which mention .NET types.
/// </summary>
internal static class CommandLineProblems
{
    /// <summary>An option, its value and one more word. With more words, the value may be a phrase without quotes.</summary>
    private const int MaxWords = 3;

    private const string Several = "a text of several words without quotes (not shown)";

    /// <summary>Empty if nothing is wrong, or if help or the version is requested.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="explain">A more specific remedy for an unknown option, or null.</param>
    public static IReadOnlyList<string> Of(ParseResult parsed, Func<string, string?>? explain = null)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Errors.Count == 0 && parsed.Action != command.Action)
        {
            return [];
        }

        if (command.Action is null && command.Subcommands.Count > 0)
        {
            return [Subcommand(parsed)];
        }

        List<string> problems =
        [
            .. Unmatched(parsed, explain),
            .. command.Arguments.Select(argument => Argument(parsed, argument)).OfType<string>(),
            .. Options(command, parsed).Select(option => Option(parsed, option)).OfType<string>(),
            // The messages of rules show values, and a value that is followed by loose words may be a secret.
            .. LooseWords(parsed).Count > 1 ? [] : CommandRules.Broken(parsed.CommandResult),
        ];

        // System.CommandLine's own messages would repeat every word that was typed.
        return problems.Count > 0 || parsed.Errors.Count == 0 ? problems : ["This command line can't be read."];
    }

    /// <summary>
    /// Whether an option's value is followed by words that belong to no option, such as a phrase without quotes. It may be a secret, so
    /// none of its words is shown.
    /// </summary>
    public static bool IsSplit(ParseResult parsed, Option option)
    {
        var words = 0;
        foreach (var token in parsed.Tokens)
        {
            words =
                token.Type == TokenType.Option || LooksLikeSwitch(token.Value)
                    ? token.Value == option.Name || option.Aliases.Contains(token.Value)
                        ? 1
                        : 0
                    : words > 0
                        ? words + 1
                        : 0;
            if (words > MaxWords)
            {
                return LooseWords(parsed).Count > 1;
            }
        }

        return false;
    }

    /// <summary>A sentence that names the command for help, such as <c>bittbridge models push --help</c>.</summary>
    public static string Help(ParseResult parsed, string program)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result?.Parent is CommandResult parent; result = parent)
        {
            names.Insert(0, result.Command.Name);
        }

        return $"See '{string.Join(' ', [program, .. names, "--help"])}'.";
    }

    private static string Subcommand(ParseResult parsed)
    {
        var names = parsed.CommandResult.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name).ToList();
        if (parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is not { } written)
        {
            var unknown = Unmatched(parsed, null);
            return $"{(unknown.Count > 0 ? unknown[0] + " " : "")}A command is missing: give one of {ValueOptions.OneOf(names)}.";
        }

        var near = NearestName.Of(written, names);
        var known = near is null ? $"give one of {ValueOptions.OneOf(names)}" : $"did you mean '{near}'?";
        return near is null && LooseWords(parsed).Count > 2
            ? $"The command line (not shown) does not begin with a command: {known}."
            : $"There is no command {Shown.Value(written)}: {known}{(near is null ? "." : "")}";
    }

    private static List<string> Unmatched(ParseResult parsed, Func<string, string?>? explain)
    {
        var names = Options(parsed.CommandResult.Command, parsed).SelectMany(option => option.Aliases.Prepend(option.Name)).ToList();
        List<string> problems = [.. parsed.UnmatchedTokens.Where(LooksLikeSwitch).Select(token => UnknownOption(token, names, explain))];
        var left = LooseWords(parsed);

        // System.CommandLine assigns unknown options to an argument.
        if (parsed.Tokens.All(token => token.Type != TokenType.DoubleDash))
        {
            problems.AddRange(
                parsed
                    .CommandResult.Command.Arguments.SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
                    .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal))
                    .Select(token => UnknownOption(token.Value, names, explain))
            );
        }

        var arguments = parsed.CommandResult.Command.Arguments;
        if (left.Count > 0)
        {
            var taken = string.Join(" and ", arguments.Select(argument => argument.Name));
            problems.Add(
                arguments.Count == 0
                    ? left.Count == 1
                        ? $"{Shown.Value(left[0])} does not belong to an option: put it after its option, or remove it."
                        : $"{left.Count} words (not shown) do not belong to an option: put quotes around a value with spaces, "
                            + "or remove them."
                    : $"{parsed.CommandResult.Command.Name} takes only {taken}, but there "
                        + $"{(left.Count == 1 ? "is 1 more word" : $"are {left.Count} more words")}: put quotes around a value with spaces."
            );
        }

        return problems;
    }

    private static List<string> LooseWords(ParseResult parsed)
    {
        List<string> words = [];
        var afterUnknown = false;
        foreach (var token in parsed.UnmatchedTokens)
        {
            if (!LooksLikeSwitch(token) && !afterUnknown)
            {
                words.Add(token);
            }

            // The word after an unknown option is its value.
            afterUnknown = LooksLikeSwitch(token) && !token.Contains('=', StringComparison.Ordinal);
        }

        return words;
    }

    private static string UnknownOption(string token, IReadOnlyList<string> names, Func<string, string?>? explain)
    {
        var written = token.Split('=', ':')[0];
        return explain?.Invoke(written) is { } remedy ? $"There is no option {Shown.Value(written)}: {remedy}."
            : NearestName.Of(written, names) is { } near ? $"There is no option {Shown.Value(written)}: did you mean '{near}'?"
            : $"There is no option {Shown.Value(written)}: remove it.";
    }

    private static string? Argument(ParseResult parsed, Argument argument)
    {
        var result = parsed.GetResult(argument);
        if (result is { Tokens: [var first, ..] })
        {
            if (!result.Errors.Any())
            {
                return null;
            }

            var given = LooseWords(parsed).Count > 1 ? Several : Shown.Value(first.Value);
            return $"{argument.Name} is {given}: give {Lower(argument.Description)}.";
        }

        return argument.Arity.MinimumNumberOfValues > 0 ? $"{argument.Name} is missing: give {Lower(argument.Description)}." : null;
    }

    private static string? Option(ParseResult parsed, Option option)
    {
        var result = parsed.GetResult(option);
        return result is null or { IdentifierTokenCount: 0 }
            ? option.Required
                ? $"{option.Name} is missing: {Remedy(option)}."
                : null
            : result.Tokens.Count == 0 && option.Arity.MinimumNumberOfValues > 0
                ? $"{option.Name} has no value: {Remedy(option)}."
                : result.Tokens.Count > option.Arity.MaximumNumberOfValues
                    ? $"{option.Name} is given {result.IdentifierTokenCount} times: give it once."
                    : IsSplit(parsed, option)
                        ? $"{option.Name} is {Several}: {Remedy(option)}."
                        : parsed.Errors.Any(error => error.SymbolResult == result || error.SymbolResult?.Parent == result)
                            ? Wrong(option, result.Tokens.Count > 0 ? result.Tokens[0].Value : "")
                            : null;
    }

    private static string Wrong(Option option, string text) =>
        (option as IWanted)?.Explain(text) ?? $"{option.Name} is {Shown.Value(text)}: {Remedy(option)}.";

    private static string Remedy(Option option)
    {
        if (option is IWanted { Wanted: var wanted })
        {
            return $"give {wanted}";
        }

        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        var words = option.GetCompletions(CompletionContext.Empty).Select(completion => completion.Label).ToList();
        return type == typeof(bool) ? "write it without a value"
            : words.Count > 0 ? $"give {ValueOptions.OneOf(words)}"
            : type == typeof(int) || type == typeof(long) || type == typeof(ushort) ? $"give a whole number ({Lower(option.Description)})"
            : type == typeof(double) ? $"give a number ({Lower(option.Description)})"
            : type == typeof(FileInfo) || type == typeof(DirectoryInfo) ? $"give a path ({Lower(option.Description)})"
            : $"give a value ({Lower(option.Description)})";
    }

    /// <summary>The command's own options, and the recursive ones of its parents.</summary>
    private static IEnumerable<Option> Options(Command command, ParseResult parsed) =>
        command
            .Options.Concat(
                parsed.RootCommandResult.Command == command
                    ? []
                    : parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)
            )
            .Where(option => !option.Hidden);

    private static bool LooksLikeSwitch(string token) => token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]);

    private static string Lower(string? description) =>
        string.IsNullOrEmpty(description) ? "it" : char.ToLowerInvariant(description[0]) + description[1..].TrimEnd('.');
}
