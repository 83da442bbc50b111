using System.CommandLine;

namespace Bittbridge.Cli.CommandLines;

/// <summary>A switch that says what it takes, so that a wrong or missing value is answered with the wanted form.</summary>
internal interface IWanted
{
    /// <summary>Such as "a number from 0.5 to 0.999, such as 0.9".</summary>
    string Wanted { get; }
}

/// <summary>
/// A switch whose value is read by this program and not by System.CommandLine, which reads 7 as a name and tells of .NET types.
/// </summary>
internal sealed class ValueOption<T> : Option<T>, IWanted
{
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For --help.</param>
    /// <param name="wanted">What it takes.</param>
    /// <param name="tryRead">Reads the value; false where it is not what is wanted.</param>
    public ValueOption(string name, string description, string wanted, TryRead<T> tryRead)
        : base(name)
    {
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
}

/// <summary>Reads a value from what the user wrote.</summary>
internal delegate bool TryRead<T>(string text, out T value);
