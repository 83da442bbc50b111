using System.Text.Json;
using System.Text.Unicode;

namespace Bittbridge.Bittensor.Wire;

/// <summary>A challenge, parsed from its JSON body. All values are unverified claims of the caller.</summary>
/// <param name="TimestampText">The timestamp exactly as sent, for the echo.</param>
/// <param name="Timestamp">The same, as an instant in UTC.</param>
public sealed record ChallengeRequest(string TimestampText, DateTimeOffset Timestamp)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Parses the body strictly, ignoring outputs and unknown fields.</summary>
    /// <param name="body">The raw body.</param>
    /// <param name="request">The request; null when the body is invalid.</param>
    /// <param name="problem">What is wrong with the body, for its sender.</param>
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
        // The second one is thrown for a name with half of an escaped surrogate pair, when names are checked for duplicates.
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

    /// <summary>Null for an invalid text: half of an escaped surrogate pair is valid JSON but not a valid string.</summary>
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
