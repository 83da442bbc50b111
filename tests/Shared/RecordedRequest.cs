using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bittbridge.Testing;

/// <summary>
/// A request of the recordings, with the clock to test it with (Unix nanoseconds) and the statuses that are right for it (null: closing the
/// connection is).
/// </summary>
public sealed record RecordedRequest(
    string Case,
    int Step,
    string Method,
    string Target,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ReadOnlyMemory<byte> Body,
    long Now,
    IReadOnlyList<int?> Want
)
{
    /// <summary>The steps of a case; of a recording without cases, its one step.</summary>
    public static IReadOnlyList<RecordedRequest> Read(string line)
    {
        var fact = JsonDocument.Parse(line).RootElement;
        var name = fact.TryGetProperty("name", out var said) ? said.GetString()! : fact.GetProperty("label").GetString()!;
        return fact.TryGetProperty("steps", out var steps)
            ? [.. steps.EnumerateArray().Select((step, number) => Read(name, number, step))]
            : [Read(name, 0, fact)];
    }

    /// <summary>The request as bytes, headers in their order and framed as they say, and the connection not to be kept.</summary>
    public byte[] OnTheWire()
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (!Headers.Any(header => header.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase)))
        {
            head.Append("Connection: close\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body.Span];
    }

    private static RecordedRequest Read(string name, int number, JsonElement step)
    {
        var request = step.GetProperty("request");
        var body =
            request.TryGetProperty("body_base64", out var encoded) && encoded.ValueKind == JsonValueKind.String
                ? encoded.GetBytesFromBase64()
            : request.TryGetProperty("body", out var text) && text.ValueKind == JsonValueKind.String
                ? Encoding.UTF8.GetBytes(text.GetString()!)
            : [];
        return new RecordedRequest(
            name,
            number,
            request.GetProperty("method").GetString()!,
            request.GetProperty("target").GetString()!,
            [
                .. request
                    .GetProperty("headers")
                    .EnumerateArray()
                    .Select(header => KeyValuePair.Create(header[0].GetString()!, header[1].GetString()!)),
            ],
            body,
            long.Parse(step.GetProperty("received_at_ns").GetString()!, CultureInfo.InvariantCulture),
            [
                .. step.GetProperty("want_status")
                    .EnumerateArray()
                    .Select(status => status.ValueKind == JsonValueKind.Null ? (int?)null : status.GetInt32()),
            ]
        );
    }
}
