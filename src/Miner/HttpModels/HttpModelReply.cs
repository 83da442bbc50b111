using System.Net;
using System.Text.Json;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Text;

namespace Bittbridge.Miner.HttpModels;

/// <summary>A complete reply of the program that serves a model.</summary>
/// <param name="Server">Its address, for messages.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; null if it is larger than any answer.</param>
internal sealed record HttpModelReply(string Server, HttpStatusCode Status, ReadOnlyMemory<byte>? Body)
{
    private const string Wanted = "return {\"prediction\": price, \"interval\": [lower, upper]}, or null for either";

    /// <summary>The forecast; null if the model has none.</summary>
    /// <param name="token">Removed from the program's error message; null for none.</param>
    /// <exception cref="UnusableAnswerException">The reply is not an answer; the message names the server, the fault and the
    /// remedy.</exception>
    public Forecast? Forecast(string? token)
    {
        if (Body is not { } body)
        {
            throw Unusable("answered with far more than a forecast", Wanted);
        }

        if (Status != HttpStatusCode.OK)
        {
            throw Refused(body, token);
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return Forecast(json.RootElement);
        }
        catch (JsonException exception)
        {
            var text = body.Span;
            throw text.TrimStart(" \t\r\n"u8).StartsWith("<"u8)
                ? Unusable("answered with a page instead of JSON", $"check the address, and {Wanted}")
            : text.IndexOf("NaN"u8) >= 0 || text.IndexOf("Infinity"u8) >= 0
                ? Unusable("answered with NaN or Infinity, which JSON does not have", "return null when there is no forecast")
            : Unusable($"answered with text that is not JSON (line {exception.LineNumber + 1})", Wanted);
        }
        // A name with half of a surrogate pair causes InvalidOperationException.
        catch (InvalidOperationException)
        {
            throw Unusable("answered with JSON that contains invalid Unicode", Wanted);
        }
    }

    private Forecast? Forecast(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("prediction", out var prediction))
        {
            throw Unusable("answered with JSON that has no prediction", Wanted);
        }

        if (prediction.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var price = Number(prediction);
        if (!PricePoint.IsPrice(price))
        {
            throw Unusable($"answered with the prediction {InWords(prediction)}, which is not a price", "return CNY per USDT, or null");
        }

        return new(price, answer.TryGetProperty("interval", out var interval) ? Interval(interval) : null);
    }

    private PredictionInterval? Interval(JsonElement interval)
    {
        const string Remedy = "return [lower, upper], or null for an interval of the miner";
        if (interval.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (interval.ValueKind != JsonValueKind.Array || interval.GetArrayLength() != 2)
        {
            throw Unusable($"answered with an interval that is {InWords(interval)}", Remedy);
        }

        var (lower, upper) = (Number(interval[0]), Number(interval[1]));
        return double.IsFinite(lower) && double.IsFinite(upper)
            ? lower <= upper
                ? new(lower, upper)
                : throw Unusable(
                    FormattableString.Invariant($"answered with the interval [{lower}, {upper}], whose bounds are reversed"),
                    Remedy
                )
            : throw Unusable($"answered with the interval [{InWords(interval[0])}, {InWords(interval[1])}]", Remedy);
    }

    private UnusableAnswerException Refused(ReadOnlyMemory<byte> body, string? token)
    {
        var said = Sentence(body, token) is { } sentence ? $" ({sentence})" : "";
        var remedy = (int)Status switch
        {
            401 or 403 => "set ModelToken to its token",
            >= 300 and < 400 => "set Model to the address that it redirects to",
            404 or 405 => "check the path of the address",
            >= 500 => "see the output of the program that serves the model",
            _ => "correct the program that serves the model",
        };
        return Unusable($"answered {(int)Status}{said}", remedy, Status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable);
    }

    /// <summary>The <c>error</c> of a JSON body, as one line of bounded length; null for any other body.</summary>
    private static string? Sentence(ReadOnlyMemory<byte> body, string? token)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (
                json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("error", out var error)
                || error.ValueKind != JsonValueKind.String
            )
            {
                return null;
            }

            var text = error.GetString()!;
            text = ModelFailure.OneLine(token is null ? text : text.Replace(token, "***", StringComparison.Ordinal));
            return text.Length == 0 ? null : PlainText.Of(text);
        }
        // A string with half of a surrogate pair causes InvalidOperationException.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : double.NaN;

    private static string InWords(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => $"a list of {value.GetArrayLength()}",
            JsonValueKind.Object => "an object",
            JsonValueKind.String => "a text",
            _ => value.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : value.GetRawText(),
        };

    private UnusableAnswerException Unusable(string fault, string remedy, bool isTransient = false) =>
        new($"{Server} {fault}: {remedy}") { IsTransient = isTransient };
}
