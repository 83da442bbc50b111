using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Init;

/// <summary>Values in files of environment variables, written so that systemd and docker compose read the same.</summary>
internal static class EnvironmentText
{
    /// <param name="name">The setting, for the message.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="RefusedException">The two programs would read different values.</exception>
    public static string Quoted(string name, string value) =>
        value.Any(letter => letter is '\'' or '\\' || char.IsControl(letter))
            ? throw new RefusedException(
                $"The value of {SettingNames.Full(name)} contains an apostrophe, a backslash or a line break, which the programs that "
                    + "read such a file don't agree on, and nothing was written: give it without (in a URL as %27 or %5C)."
            )
        : value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/' or ',') ? value
        // Both take each character between single quotes as it is.
        : $"'{value}'";
}
