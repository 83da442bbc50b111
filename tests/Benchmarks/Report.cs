using System.Runtime.InteropServices;
using Bittbridge.Tools;

namespace Bittbridge.Benchmarks;

/// <summary>What the commands that write a document share.</summary>
internal static class Report
{
    public static void Say(string text) => Console.Error.WriteLine(text);

    /// <param name="shared">What shares the machine with what is measured.</param>
    public static string Machine(string shared = "; the client, the miner and Azurite share them") =>
        $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}: {Environment.ProcessorCount} processors "
        + $"({RuntimeInformation.ProcessArchitecture}), {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.FrameworkDescription}{shared}.";

    /// <summary>The number after a switch.</summary>
    public static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length && int.TryParse(args[i + 1], out var number) && number > 0
            ? number
            : otherwise;

    /// <summary>With <c>--write</c>, puts the report between the document's two comments that name it.</summary>
    public static void WriteIfAsked(string[] args, string path, string name, string report)
    {
        if (!args.Contains("--write"))
        {
            return;
        }

        var (begin, end) = ($"<!-- {name} -->", $"<!-- end of {name} -->");
        var text = File.ReadAllText(path);
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal), text.IndexOf(end, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            throw new CommandException($"{path} lacks the lines '{begin}' and '{end}', between which the figures are written.");
        }

        File.WriteAllText(path, $"{text[..from]}{begin}\n\n{report.TrimEnd()}\n\n{text[to..]}");
    }
}
