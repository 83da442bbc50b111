using System.Text;
using System.Text.RegularExpressions;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>
/// Compares answers as they leave the miner, byte for byte. What differs each time has a placeholder in the expected text: <c>{date}</c>,
/// <c>{uuid}</c> and <c>{id}</c> are taken from the answer, <c>{length}</c> is the body's and <c>{signature}</c> the request's.
/// </summary>
internal static partial class GoldenAnswer
{
    /// <summary>Compares the head as <see cref="AssertHead"/> does, and the body.</summary>
    /// <param name="answer">All of the answer.</param>
    /// <param name="head">The head that is expected.</param>
    /// <param name="body">The body that is expected, without its line ends.</param>
    /// <param name="signature">The signature of the request.</param>
    public static void AssertWhole(string answer, string head, string body, string signature = "")
    {
        AssertHead(answer, head, signature);
        Assert.Equal(Filled(body.ReplaceLineEndings(""), answer, signature), BodyOf(answer));
    }

    /// <summary>Compares the status line and every header in its order.</summary>
    /// <param name="answer">All of the answer.</param>
    /// <param name="head">The head that is expected; empty lines in it don't count.</param>
    /// <param name="signature">The signature of the request.</param>
    public static void AssertHead(string answer, string head, string signature = "")
    {
        var body = BodyOf(answer);
        var lines = Filled(head, answer, signature)
            .Replace("{length}", $"{Encoding.UTF8.GetByteCount(body)}", StringComparison.Ordinal)
            .ReplaceLineEndings("\n")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"{string.Join("\r\n", lines)}\r\n\r\n", answer[..^body.Length]);
    }

    /// <summary>What follows the head, as it was framed; all of it where a head has no end.</summary>
    public static string BodyOf(string answer) => answer.Split("\r\n\r\n", 2)[^1];

    private static string Filled(string text, string answer, string signature) =>
        text.Replace("{signature}", signature, StringComparison.Ordinal)
            .Replace("{date}", ServerDate().Match(answer).Groups["value"].Value, StringComparison.Ordinal)
            .Replace("{uuid}", AxonUuid().Match(answer).Groups["value"].Value, StringComparison.Ordinal)
            .Replace("{id}", FailureId().Match(answer).Groups["value"].Value, StringComparison.Ordinal);

    [GeneratedRegex(
        @"^Date: (?<value>\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)\r$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline
    )]
    private static partial Regex ServerDate();

    [GeneratedRegex(
        @"^bt_header_axon_uuid: (?<value>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\r$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline
    )]
    private static partial Regex AxonUuid();

    [GeneratedRegex(
        @"^bt_header_axon_status_message: Internal Server Error #(?<value>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\r$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline
    )]
    private static partial Regex FailureId();
}
