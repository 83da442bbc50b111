namespace Bittbridge.Tools;

/// <summary>Takes a command line apart: switches, switches with a value, and nothing else.</summary>
public sealed class Options
{
    private readonly Dictionary<string, string?> given = new(StringComparer.Ordinal);

    /// <param name="args">The command line.</param>
    /// <param name="switches">Switches that stand alone.</param>
    /// <param name="valued">Switches that take a value, as <c>--port 8091</c> or <c>--port=8091</c>.</param>
    public Options(IReadOnlyList<string> args, IReadOnlyCollection<string> switches, IReadOnlyCollection<string> valued)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            name = name is "-h" or "-?" ? "--help" : name;
            if (valued.Contains(name))
            {
                value ??= ++i < args.Count ? args[i] : throw Wrong($"The option {name} needs a value");
            }
            else if (value is not null || !switches.Contains(name))
            {
                throw Wrong($"The option {args[i]} is not known");
            }

            given[name] = value;
        }
    }

    public bool Has(string name) => given.ContainsKey(name);

    public string? this[string name] => given.GetValueOrDefault(name);

    /// <summary>What ends a command whose command line is wrong.</summary>
    public static CannotContinueException Wrong(string what) => new($"{what}: see the options with -- --help.", ExitCodes.WrongUsage);
}
