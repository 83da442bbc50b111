using Bittbridge.Cli.CommandLines;

namespace Bittbridge.Cli;

/// <summary>The option <c>--url</c>, the address of a miner.</summary>
internal static class MinerUrl
{
    public static ValueOption<Uri?> Option(string description) =>
        new(
            "--url",
            description,
            "the address of a miner, such as http://127.0.0.1:8091",
            (string text, out Uri? url) =>
                Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
        );
}
