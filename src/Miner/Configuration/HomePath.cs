namespace Bittbridge.Miner.Configuration;

/// <summary>Paths that begin with <c>~</c>. A shell expands it only outside quotes; services, compose files and cmd.exe never do.</summary>
public static class HomePath
{
    /// <summary>The path with the user's own folder in place of a leading <c>~</c>.</summary>
    public static string Expand(string path) =>
        path is "~" or ['~', '/' or '\\', ..]
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[1..])
            : path;

    /// <summary>The command line with every such path expanded, including one that follows a <c>=</c> or <c>:</c>.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="texts">Options whose values are not paths.</param>
    public static string[] Expand(IReadOnlyList<string> args, params ReadOnlySpan<string> texts)
    {
        var expanded = new string[args.Count];
        for (var i = 0; i < args.Count; i++)
        {
            var (arg, isText) = (args[i], i > 0 && texts.Contains(args[i - 1]));
            var at = arg.StartsWith("--", StringComparison.Ordinal) ? arg.AsSpan().IndexOfAny('=', ':') + 1 : 0;
            expanded[i] = isText || (at > 0 && texts.Contains(arg[..(at - 1)])) ? arg : arg[..at] + Expand(arg[at..]);
        }

        return expanded;
    }
}
