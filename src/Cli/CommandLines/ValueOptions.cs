using System.Globalization;

namespace Bittbridge.Cli.CommandLines;

/// <summary>Creates options by the kind of their value.</summary>
internal static class ValueOptions
{
    public static ValueOption<double> Number(string name, string description, double min, double max, double defaultValue) =>
        new(
            name,
            description,
            $"a number from {min} to {max}, such as {defaultValue}",
            (string text, out double number) =>
                double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
                && number >= min
                && number <= max
        )
        {
            DefaultValueFactory = _ => defaultValue,
        };

    public static ValueOption<int> WholeNumber(string name, string description, int min, int max, int defaultValue) =>
        new(
            name,
            description,
            $"a whole number from {min} to {max}, such as {defaultValue}",
            (string text, out int number) =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max
        )
        {
            DefaultValueFactory = _ => defaultValue,
        };

    /// <summary>One of several words; the first is the default.</summary>
    public static ValueOption<T> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
    {
        var option = new ValueOption<T>(
            name,
            description,
            OneOf([.. choices.Select(choice => choice.Word)]),
            (string text, out T value) =>
            {
                var at = Array.FindIndex(choices, choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
                value = choices[Math.Max(at, 0)].Value;
                return at >= 0;
            }
        )
        {
            DefaultValueFactory = _ => choices[0].Value,
        };

        // An enumeration's own names would stand beside the words.
        option.CompletionSources.Clear();
        option.CompletionSources.Add(_ => choices.Select(choice => new System.CommandLine.Completions.CompletionItem(choice.Word)));
        return option;
    }

    /// <summary>A file that is read or written.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For --help.</param>
    /// <param name="wanted">Such as "the path of a CSV file".</param>
    public static ValueOption<FileInfo?> File(string name, string description, string wanted) =>
        new(
            name,
            description,
            wanted,
            (string text, out FileInfo? file) =>
            {
                file = string.IsNullOrWhiteSpace(text) || text.Contains('\0', StringComparison.Ordinal) ? null : new(text);
                return file is not null;
            }
        );

    /// <summary>As in "on, off or auto".</summary>
    public static string OneOf(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";
}
