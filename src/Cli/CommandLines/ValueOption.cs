using System.CommandLine;

namespace Bittbridge.Cli.CommandLines;

/// <summary>A switch that says what it takes, so that a wrong or missing value is answered with the wanted form.</summary>
internal interface IWanted
{
    /// <summary>Such as "a number from 0.5 to 0.999, such as 0.9".</summary>
    string Wanted { get; }

    /// <summary>One sentence on a value that is not wanted, where more can be said than that; else null.</summary>
    string? Explain(string text) => null;
}

/// <summary>
/// A switch whose value is read by this program and not by System.CommandLine, which reads 7 as a name and tells of .NET types.
/// </summary>
internal sealed class ValueOption<T> : Option<T>, IWanted
{
    private readonly Func<string, string?>? _explain;

    /// <param name="name">With its dashes.</param>
    /// <param name="description">For --help.</param>
    /// <param name="wanted">What it takes.</param>
    /// <param name="tryRead">Reads the value; false where it is not what is wanted.</param>
    /// <param name="explain">One sentence on such a value, or null.</param>
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

/// <summary>Reads a value from what the user wrote.</summary>
internal delegate bool TryRead<T>(string text, out T value);
