using System.Runtime.InteropServices;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Benchmarks;

/// <summary>What the commands that write a document share.</summary>
internal static class Report
{
    public static void Say(string text) => Console.Error.WriteLine(text);

    /// <summary>When, at which commit and on what machine a run measures.</summary>
    /// <param name="checkout">The checkout whose code is measured.</param>
    /// <param name="shared">What shares the machine with what is measured.</param>
    public static async Task<string> HeadAsync(Checkout checkout, string shared = "; the client, the miner and Azurite share them") =>
        $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd} at {await CommitAsync(checkout)}: "
        + $"{Environment.ProcessorCount} processors ({RuntimeInformation.ProcessArchitecture}), {RuntimeInformation.OSDescription}, "
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

    /// <summary>
    /// The commit, and whether files differ from it. Documents do not count, because the last run has written its results there.
    /// </summary>
    private static async Task<string> CommitAsync(Checkout checkout)
    {
        var head = await GitAsync(checkout, "rev-parse", "--short", "HEAD");
        var changes = await GitAsync(checkout, "status", "--porcelain", "--", ".", ":(exclude)*.md");
        return head is { Succeeded: true, Lines: [var hash] }
            ? $"commit {hash}{(changes.Lines.Count > 0 ? " with changes" : "")}"
            : "an unknown commit";
    }

    private static Task<ProgramResult> GitAsync(Checkout checkout, params string[] arguments) =>
        ChildProcess.RunAsync(
            Cli.Wrap("git").WithArguments(["--no-optional-locks", .. arguments]).WithWorkingDirectory(checkout.Root),
            null,
            CancellationToken.None
        );
}
