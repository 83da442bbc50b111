using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bittbridge.Gateway.Tests.Wire;

/// <summary>What came back over a connection, as it came.</summary>
/// <param name="Text">All of it, as UTF-8; empty where the other side just hung up.</param>
internal sealed record WireAnswer(string Text)
{
    private int Head => Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var at && at < 0 ? Text.Length : at;

    /// <summary>The status; null where the other side just hung up, or answered in HTTP/0.9, which has none.</summary>
    public int? Status =>
        Text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(Text.AsSpan(9, 3), CultureInfo.InvariantCulture) : null;

    /// <summary>How many answers came.</summary>
    public int Count => Text.Split("HTTP/1.1 ").Length - 1;

    /// <summary>The headers, their names as they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers =>
        [
            .. Text[..Head]
                .Split("\r\n")
                .Skip(1)
                .Select(line => line.Split(": ", 2))
                .Select(parts => KeyValuePair.Create(parts[0], parts[^1])),
        ];

    public string Body => Text[Math.Min(Text.Length, Head + 4)..];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>What a refusal says.</summary>
    public string? Message => Json.TryGetProperty("message", out var message) ? message.GetString() : null;

    public static WireAnswer Parse(byte[] answer) => new(Encoding.UTF8.GetString(answer));

    /// <summary>The value of a header that is there once, by its name as it came.</summary>
    public string Header(string name) => Assert.Single(Headers, header => header.Key == name).Value;
}
