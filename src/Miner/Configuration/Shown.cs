using System.Text.RegularExpressions;
using Bittbridge.Models.Text;

namespace Bittbridge.Miner.Configuration;

/// <summary>Formats a user's text for a message: quoted, or, when it may contain a secret, as a description of its kind.</summary>
public static partial class Shown
{
    private const int MaxLetters = 80;

    /// <summary>Longer than usual paths, shorter than the limits of file systems.</summary>
    private const int MaxPath = 1000;

    /// <summary>The text in quotes, or a description of its kind.</summary>
    public static string Value(string? text) => text is null ? "nothing" : Secret(text) ?? Quoted(text);

    /// <summary>
    /// A path, or a description of its kind. Folders that exist were not typed by mistake, so only the part after them is checked.
    /// </summary>
    public static string Path(string path)
    {
        var (known, rest) = (path, "");
        while (known.Length > 0 && !System.IO.Path.Exists(known))
        {
            var parent = System.IO.Path.GetDirectoryName(known) ?? "";
            (rest, known) = (path[parent.Length..], parent);
        }

        return rest.Split('/', '\\').Append(rest.Trim('/', '\\')).Select(Secret).FirstOrDefault(kind => kind is not null)
            ?? PlainPart(path);
    }

    /// <summary>A path in quotes, or a description of its kind.</summary>
    public static string PathValue(string path) => Path(path) is var shown && shown == PlainPart(path) ? $"'{shown}'" : shown;

    /// <summary>Scheme, host and port only: user, path and query may contain a key.</summary>
    public static string Url(Uri url) =>
        Secret(url.Host) is null ? url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "a URL (not shown)";

    /// <summary>A network's name, or its nodes without user, path and query.</summary>
    public static string Network(string network)
    {
        List<string> nodes = [],
            rest = [];
        foreach (var one in network.Split(',', StringSplitOptions.TrimEntries))
        {
            if (one.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(one, UriKind.Absolute, out var url) && url.Host.Length > 0)
            {
                nodes.Add(Url(url));
            }
            else
            {
                rest.Add(one);
            }
        }

        // Checked as a whole, because a phrase may be written with commas.
        var others = string.Join(',', rest);
        return string.Join(',', rest.Count == 0 ? nodes : nodes.Append(Secret(others) ?? PlainText.Of(others)));
    }

    /// <summary>The first line of a library's message, without its full stop, for use within a sentence.</summary>
    public static string FirstLine(Exception exception)
    {
        return exception.Message.Split('\n')[0].TrimEnd('.', '\r');
    }

    /// <summary>As the beginning of a sentence; the id of a model, which has an @, stays as it is.</summary>
    public static string Capitalized(string text) =>
        text.Split(' ')[0].Contains('@', StringComparison.Ordinal) ? text : $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    /// <summary>A library's message, without parts of the user's input that must not be repeated.</summary>
    public static string Message(string message, IEnumerable<string> given) =>
        given
            .Where(text => text.Length > 0)
            .Select(text => (Text: text, Kind: Secret(text)))
            .Where(one => one.Kind is not null)
            .OrderByDescending(one => one.Text.Length)
            .Aggregate(
                message,
                (said, one) =>
                    said.Replace($"'{one.Text}'", one.Kind, StringComparison.Ordinal).Replace(one.Text, one.Kind, StringComparison.Ordinal)
            );

    /// <summary>The kind of secret that a text may contain, as a noun phrase; null for none.</summary>
    public static string? Secret(string text)
    {
        var words = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var trimmed = text.Trim().Trim('"', '\'').TrimStart();
        return trimmed.StartsWith("-----BEGIN", StringComparison.Ordinal) ? "the content of a key file (not shown)"
            : trimmed.StartsWith("$NACL", StringComparison.Ordinal)
            || trimmed.StartsWith("$ANSIBLE_VAULT", StringComparison.Ordinal)
            || trimmed.StartsWith("gAAAAA", StringComparison.Ordinal)
                ? "the content of an encrypted key file (not shown)"
            : trimmed.StartsWith('{') || trimmed.StartsWith('[') || KeyFileMember().IsMatch(text)
                ? "JSON, perhaps of a key file (not shown)"
            : words.Length is 12 or 15 or 18 or 21 or 24 && words.All(IsWord)
                ? $"what looks like a secret phrase of {words.Length} words (not shown)"
            : IsPhrase(text.Split(PhraseSeparators, StringSplitOptions.RemoveEmptyEntries)) ? "what looks like a secret phrase (not shown)"
            : words.Length >= 10 || WordRun().IsMatch(text) ? "a text of many words, which may be a secret phrase (not shown)"
            : HexRun().Match(text) is { Success: true } hex ? Hex(hex.Value)
            : ConnectionPart().IsMatch(text) ? "a connection string or an access signature (not shown)"
            : Scheme().IsMatch(text) ? UrlKind(trimmed)
            : Login().IsMatch(text) ? "an address with a login (not shown)"
            : DerivationPassword().IsMatch(text) ? "a key with a password (not shown)"
            : Token().Matches(text).Any(run => IsToken(run.Value)) ? "what may be a key or a token (not shown)"
            : null;
    }

    private static readonly char[] Separators = [' ', '\t', '\r', '\n', ',', ';', '\u00a0', '\u3000'];

    private static readonly char[] PhraseSeparators = [.. Separators, '|', '/', '\\', '+', ':', '.', '_', '-', '*', '=', '&'];

    /// <summary>Twelve or more words of the length of BIP-39 words, with any separators.</summary>
    private static bool IsPhrase(string[] words) => words.Length is 12 or 15 or 18 or 21 or 24 && words.All(IsListWord);

    // The words of BIP-39 have 3 to 8 letters.
    private static bool IsListWord(string word) => word.Length is >= 3 and <= 8 && word.All(char.IsAsciiLetter);

    private static bool IsWord(string word) =>
        word.Length is >= 1 and <= 12
        && word.All(letter =>
            char.IsLetter(letter) || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.NonSpacingMark
        );

    private static string Hex(string run) =>
        run.Count(char.IsAsciiHexDigit) - (run.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? 1 : 0) is var digits && digits == 64
            ? "a number of 64 hex digits, which may be a secret seed (not shown)"
        : digits == 128 ? "a number of 128 hex digits, which looks like a private key (not shown)"
        : $"a number of {digits} hex digits, which may be a secret (not shown)";

    // A URL with only a host is no secret; of any other URL only the host is shown.
    private static string? UrlKind(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0
            ? "a URL that can't be read (not shown, because it may contain a key)"
        : url.UserInfo.Length > 0 ? $"a URL of {Url(url)} with a login (not shown)"
        : url.Query.Length > 0 || url.Fragment.Length > 0 ? $"a URL of {Url(url)} with a query (not shown, because it may contain a key)"
        : url.AbsolutePath.Length > 1 && !PlainPath().IsMatch(url.AbsolutePath)
            ? $"a URL of {Url(url)} with a path (not shown, because it may contain a key)"
        : null;

    // ss58 addresses are public and as long as a key. Words and numbers alone are not tokens, nor is a time such as
    // 20251005T130500Z.
    private static bool IsToken(string run) =>
        run.Length >= 32 ? !IsAddressLike(run) : run.Any(char.IsAsciiDigit) && run.Count(char.IsAsciiLetter) > 2 && !IsAddressLike(run);

    private static bool IsAddressLike(string run) => run.Length is >= 46 and <= 50 && run.All(letter => char.IsAsciiLetterOrDigit(letter));

    private static string PlainPart(string path) => PlainText.Of(path.Length > MaxPath ? path[..MaxLetters] + "…" : path);

    private static string Quoted(string text) => $"'{PlainText.Of(text.Length > MaxLetters ? text[..MaxLetters] + "…" : text)}'";

    [GeneratedRegex("secretPhrase|secretSeed|privateKey|\"encoded\"|mnemonic", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex KeyFileMember();

    [GeneratedRegex(@"(?:\b[a-z]{3,8}[\s,;_.\-|+]+){7,}[a-z]{3,8}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WordRun();

    [GeneratedRegex(
        "(?:0x)?[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[0-9a-f]{2}[:\\s\\-]){15,}[0-9a-f]{2}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex HexRun();

    [GeneratedRegex(
        @"\b(?:account|shared)\s*(?:key|access)|\b(?:AccountName|SharedAccessSignature|sig|sv|password|pwd|secret|token|api[_\-]?key)\s*=|=[^;]*;|;[^;]*=",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex ConnectionPart();

    [GeneratedRegex(@"[a-z][a-z0-9+.\-]+:/", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(@":[^/@]*@|^[^/:]+@[^/]+\.[^/]+[:/]", RegexOptions.CultureInvariant)]
    private static partial Regex Login();

    // The seed's password in Substrate's notation: //path///password.
    [GeneratedRegex(@"///[^/\s]", RegexOptions.CultureInvariant)]
    private static partial Regex DerivationPassword();

    [GeneratedRegex(@"[A-Za-z0-9+=]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"\A(?:/(?:api|rpc|ws|v[0-9]{1,2}|health|live|ready|Challenge|Synapse)){1,4}/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();
}
