using System.CommandLine;

namespace Bittbridge.Cli.CommandLines;

/// <summary>An option that describes its valid values, for the message about an invalid or missing value.</summary>
internal interface IWanted
{
    /// <summary>Such as "a number from 0.5 to 0.999, such as 0.9".</summary>
    string Wanted { get; }

    /// <summary>A more specific sentence on an invalid value; null if there is none.</summary>
    string? Explain(string text) => null;
}

/// <summary>
/// An option whose value this program parses. System.CommandLine would accept 7 as the name of an enum value, and mentions .NET types in
/// messages.
/// </summary>
internal sealed class ValueOption<T> : Option<T>, IWanted
{
    private readonly Func<string, string?>? _explain;

    /// <param name="name">With its dashes.</param>
    /// <param name="description">For --help.</param>
    /// <param name="wanted">The valid values, such as "a number from 0.5 to 0.999".</param>
    /// <param name="tryRead">Parses the value; false if it is invalid.</param>
    /// <param name="explain">A more specific sentence on an invalid value, or null.</param>
    public ValueOption(string name, string description, string wanted, TryRead<T> tryRead, Func<string, string?>? explain = null)
        : base(name)
    {
        _explain = explain;
        (Description, Wanted) = (description, wanted);
        CustomParser = result =>
        {
            if (result.Tokens.Count == 1 && tryRead(result.Tokens[0].Value, out var value))
            {
                return value;
            }

            result.AddError(wanted);
            return default;
        };
    }

    public string Wanted { get; }

    public string? Explain(string text) => _explain?.Invoke(text);
}

/// <summary>Parses a value.</summary>
internal delegate bool TryRead<T>(string text, out T value);
