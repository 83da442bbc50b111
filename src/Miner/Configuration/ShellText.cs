namespace Bittbridge.Miner.Configuration;

/// <summary>Words of a command that is printed to be copied into a shell.</summary>
public static class ShellText
{
    /// <summary>The word, in quotation marks if a shell would take it for more than one word.</summary>
    public static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
