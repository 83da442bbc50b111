using System.Text.Json;
using System.Text.Unicode;

namespace Bittbridge.Bittensor.Wire;

/// <summary>What a challenge asks, read from its JSON body; everything in it is a claim of the caller.</summary>
/// <param name="TimestampText">The timestamp exactly as sent: it is echoed.</param>
/// <param name="Timestamp">The same, as an instant in UTC.</param>
public sealed record ChallengeRequest(string TimestampText, DateTimeOffset Timestamp)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Reads the body strictly; outputs and unknown fields in it are ignored.</summary>
    /// <param name="body">The raw body.</param>
    /// <param name="request">The request; null when the body is none.</param>
    /// <param name="problem">What is wrong with the body, in words for its sender.</param>
    public static bool TryParse(ReadOnlyMemory<byte> body, out ChallengeRequest? request, out string problem)
    {
        request = null;
        if (body.IsEmpty)
        {
            problem = "The body is empty: send the Challenge synapse as JSON.";
            return false;
        }

        if (!Utf8.IsValid(body.Span))
        {
            problem = "The body is not valid UTF-8.";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return TryRead(document.RootElement, out request, out problem);
        }
        // The latter is thrown for a name that is no text, when names are looked at for doubles: an escape of half a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = "The body is not valid JSON, names a field twice or by no text, or is nested too deeply.";
            return false;
        }
    }

    private static bool TryRead(JsonElement root, out ChallengeRequest? request, out string problem)
    {
        request = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            problem = "The body is not a JSON object.";
            return false;
        }

        if (!root.TryGetProperty("timestamp", out var field) || field.ValueKind != JsonValueKind.String || Text(field) is not { } text)
        {
            problem = "The field 'timestamp' is missing or is not a text.";
            return false;
        }

        if (!ChallengeTimestamp.TryParse(text, out var time))
        {
            problem = "The field 'timestamp' is not an ISO 8601 date and time, such as 2026-11-23T10:05:00.000000+00:00.";
            return false;
        }

        (request, problem) = (new(text, time), "");
        return true;
    }

    /// <summary>Null for a text that is none: an escape of half a surrogate pair passes as JSON but not as a string.</summary>
    private static string? Text(JsonElement field)
    {
        try
        {
            return field.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
