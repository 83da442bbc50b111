using System.Text;
using System.Text.Json;

namespace Bittbridge.Bittensor.Tests;

/// <summary>A request of the recordings, with the clock to test it with and the statuses that are right for it.</summary>
public sealed record RecordedRequest(string Case, int Step, SignedRequest Request, long Now, IReadOnlyList<int?> Want)
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

    /// <summary>A lookup as a server gives it: names in any case, every value of a name.</summary>
    public static HeaderLookup Lookup(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var all = headers.ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        return name => [.. all[name]];
    }

    private static RecordedRequest Read(string name, int number, JsonElement step)
    {
        var request = step.GetProperty("request");
        var headers = request.GetProperty("headers").EnumerateArray().Select(header => KeyValuePair.Create(header[0].GetString()!, header[1].GetString()!)).ToList();
        var body = request.TryGetProperty("body_base64", out var encoded) && encoded.ValueKind == JsonValueKind.String ? encoded.GetBytesFromBase64()
            : request.TryGetProperty("body", out var text) && text.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(text.GetString()!)
            : [];
        return new RecordedRequest(
            name,
            number,
            new SignedRequest(request.GetProperty("method").GetString()!, request.GetProperty("target").GetString()!, Lookup(headers), body),
            long.Parse(step.GetProperty("received_at_ns").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
            [.. step.GetProperty("want_status").EnumerateArray().Select(status => status.ValueKind == JsonValueKind.Null ? (int?)null : status.GetInt32())]);
    }
}
