namespace Bittbridge.Cli.CommandLines;

/// <summary>Words of a command that is printed to be copied into a shell.</summary>
internal static class ShellText
{
    public static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
