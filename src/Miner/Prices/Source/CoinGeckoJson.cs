using System.Globalization;
using System.Text.Json;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Reads CoinGecko's JSON. An undocumented shape is a failure; single unusable values are left to <see cref="Validation.PriceCheck"/>.
/// </summary>
internal static class CoinGeckoJson
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary><c>{"tether":{"cny":7.1,"usd":1.0,"last_updated_at":1763469000}}</c>.</summary>
    /// <exception cref="JsonException">The JSON has another shape.</exception>
    public static QuotedPrice SimplePrice(ReadOnlyMemory<byte> body) =>
        Read(
            body,
            root =>
                TryObject(root, "tether", out var tether)
                && tether.TryGetProperty("last_updated_at", out var updated)
                && updated.ValueKind == JsonValueKind.Number
                && updated.TryGetInt64(out var seconds)
                && Time(seconds * 1000.0) is { } time
                    ? new QuotedPrice(time, Number(tether, "cny"), Number(tether, "usd"))
                    : throw new JsonException("no tether with last_updated_at")
        );

    /// <summary><c>{"prices":[[ms, price],…],…}</c>: one currency.</summary>
    /// <exception cref="JsonException">The JSON has another shape.</exception>
    public static IReadOnlyList<(DateTimeOffset Time, double? Price)> MarketChart(ReadOnlyMemory<byte> body) =>
        Read(
            body,
            root =>
            {
                if (
                    root.ValueKind != JsonValueKind.Object
                    || !root.TryGetProperty("prices", out var prices)
                    || prices.ValueKind != JsonValueKind.Array
                )
                {
                    throw new JsonException("no prices");
                }

                var read = new List<(DateTimeOffset, double?)>(prices.GetArrayLength());
                foreach (var pair in prices.EnumerateArray())
                {
                    if (
                        pair.ValueKind == JsonValueKind.Array
                        && pair.GetArrayLength() == 2
                        && Number(pair[0]) is { } ms
                        && Time(ms) is { } time
                    )
                    {
                        read.Add((time, Number(pair[1])));
                    }
                }

                return read;
            }
        );

    /// <summary>
    /// The code and message of an error, from any of its known shapes, the message on one line; null when the body is not an error.
    /// </summary>
    /// <param name="body">The body as received.</param>
    /// <param name="key">Removed from the message, should the server repeat it; null for none.</param>
    public static CoinGeckoError? Error(ReadOnlyMemory<byte> body, string? key)
    {
        try
        {
            return Read(body, root => Error(root, key));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static CoinGeckoError? Error(JsonElement root, string? key)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var isError = false;
        var holder = root;
        if (root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            if (error.ValueKind == JsonValueKind.String)
            {
                return new(Code(root), Message(Words(error), key));
            }

            (isError, holder) = (true, error);
        }

        var status = TryObject(holder, "status", out var inner) ? inner : holder;
        var code = Code(status) ?? Code(root);
        var words =
            status.ValueKind == JsonValueKind.Object && status.TryGetProperty("error_message", out var message) ? Words(message) : "";
        return isError || code is not null || words.Length > 0 ? new(code, Message($"{code?.ToString()} {words}".Trim(), key)) : null;
    }

    /// <summary>
    /// The text of an element; empty when half a surrogate pair makes it unreadable, since the code is still useful then.
    /// </summary>
    private static string Words(JsonElement element)
    {
        try
        {
            return element.ToString();
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static int? Code(JsonElement element) =>
        element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("error_code", out var code) ? null
        : code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number
        : code.ValueKind == JsonValueKind.String
        && int.TryParse(code.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            ? number
        : null;

    private static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body);
            return read(json.RootElement);
        }
        // JSON with half a surrogate pair in a name or a text parses but can't be read as a string.
        catch (InvalidOperationException exception)
        {
            throw new JsonException("text that is not Unicode", exception);
        }
    }

    private static bool TryObject(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out value)
            && value.ValueKind == JsonValueKind.Object;
    }

    private static double? Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Number(value) : null;

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    /// <summary>Null when the number of milliseconds is not a valid date.</summary>
    private static DateTimeOffset? Time(double unixMs) =>
        unixMs is >= 0 and <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds((long)unixMs) : null;

    private static string Message(string text, string? key)
    {
        var line = (string.IsNullOrEmpty(key) ? text : text.Replace(key, "***", StringComparison.OrdinalIgnoreCase)).ReplaceLineEndings(
            " "
        );
        // Control characters must not reach a terminal.
        line = string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length > 160 ? line[..160] + "…" : line;
    }
}

/// <summary>An error in CoinGecko's answer.</summary>
/// <param name="Code">CoinGecko's own code, or an HTTP status in its place; null when there is none.</param>
/// <param name="Message">The code and the message, on one line; empty when there is neither.</param>
internal sealed record CoinGeckoError(int? Code, string Message);
