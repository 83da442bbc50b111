using System.Text.Json;
using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Bittensor.Wire;

/// <summary>What came back for a challenge: of a miner, or of anything else that listens there.</summary>
/// <param name="AskedAt">The timestamp that was sent.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The raw body.</param>
/// <param name="Took">The time from the first byte sent to the last received.</param>
public sealed record ChallengeReply(DateTimeOffset AskedAt, int Status, string Body, TimeSpan Took)
{
    /// <summary>Whether the body is a JSON object that can be read.</summary>
    public bool IsJson { get; private init; }

    /// <summary>Whether the body names a prediction, which is null if the miner has no forecast.</summary>
    public bool NamesPrediction { get; private init; }

    /// <summary>CNY per USDT in an hour; null if there is no forecast.</summary>
    public double? Prediction { get; private init; }

    public (double Lower, double Upper)? Interval { get; private init; }

    /// <summary>The body's message.</summary>
    public string? Message { get; private init; }

    /// <summary>Whether the answer has the headers of a miner's axon.</summary>
    public bool HasAxonHeaders { get; private init; }

    /// <summary>The hotkey that the miner names.</summary>
    public string? MinerHotkey { get; private init; }

    /// <summary>Name and version of the model that answered, according to the miner.</summary>
    public string? Model { get; private init; }

    /// <summary>The source of the miner's prices, according to the miner: <c>coingecko</c>, <c>simulated</c> or <c>recording</c>.</summary>
    public string? PriceSource { get; private init; }

    internal static ChallengeReply Read(DateTimeOffset askedAt, HttpResponseMessage response, string body, TimeSpan took)
    {
        var reply = new ChallengeReply(askedAt, (int)response.StatusCode, body, took)
        {
            HasAxonHeaders = response.Headers.Any(header =>
                header.Key.StartsWith(HeaderNames.AxonPrefix, StringComparison.OrdinalIgnoreCase)
            ),
            MinerHotkey = Header(HeaderNames.AxonHotkey),
            Model = Header(HeaderNames.Model),
            PriceSource = Header(HeaderNames.PriceSource),
        };
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object ? reply.With(json.RootElement) : reply;
        }
        // InvalidOperationException for half a surrogate pair, which is valid JSON but can't be read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return reply;
        }

        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
    }

    private ChallengeReply With(JsonElement root) =>
        this with
        {
            IsJson = true,
            NamesPrediction = root.TryGetProperty("prediction", out var prediction),
            Prediction = Status == 200 ? Number(prediction) : null,
            Interval =
                root.TryGetProperty("interval", out var interval)
                && interval.ValueKind == JsonValueKind.Array
                && interval.EnumerateArray().Select(Number).ToArray() is [{ } lower, { } upper]
                    ? (lower, upper)
                    : null,
            Message =
                root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : null,
        };

    private static double? Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && double.IsFinite(element.GetDouble()) ? element.GetDouble() : null;
}
