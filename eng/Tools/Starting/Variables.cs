using System.Collections;

namespace Bittbridge.Tools.Starting;

/// <summary>The environment variables of settings. .NET's configuration ignores the case of their names and takes ':' for '__'.</summary>
internal static class Variables
{
    /// <summary>The value of a variable in whichever spelling it has; null if it is empty or not set.</summary>
    public static string? Get(string name) =>
        Spellings(name).Prepend(name).Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => value is { Length: > 0 });

    /// <summary>The other spellings of a name in the environment.</summary>
    public static IEnumerable<string> Spellings(string name) =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(variable => (string)variable.Key)
            .Where(other =>
                other.Replace(":", "__", StringComparison.Ordinal).Equals(name, StringComparison.OrdinalIgnoreCase)
                && !other.Equals(name, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
            );
}
