using System.Text.Json;

namespace Bittbridge.Miner;

/// <summary>Reads CoinGecko's JSON. A shape that is not as documented is a failure; a single value that is none is left for the check.</summary>
internal static class CoinGeckoJson
{
    /// <summary><c>{"tether":{"cny":7.1,"usd":1.0,"last_updated_at":1763469000}}</c>.</summary>
    /// <exception cref="JsonException">It is not of that shape.</exception>
    public static QuotedPrice SimplePrice(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        if (!TryObject(json.RootElement, "tether", out var tether) || !tether.TryGetProperty("last_updated_at", out var updated)
            || updated.ValueKind != JsonValueKind.Number || !updated.TryGetInt64(out var seconds) || Time(seconds * 1000.0) is not { } time)
        {
            throw new JsonException("no tether with last_updated_at");
        }

        return new(time, Number(tether, "cny"), Number(tether, "usd"));
    }

    /// <summary><c>{"prices":[[ms, price],…],…}</c>: one currency.</summary>
    /// <exception cref="JsonException">It is not of that shape.</exception>
    public static IReadOnlyList<(DateTimeOffset Time, double? Price)> MarketChart(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("prices", out var prices) || prices.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("no prices");
        }

        var read = new List<(DateTimeOffset, double?)>(prices.GetArrayLength());
        foreach (var pair in prices.EnumerateArray())
        {
            if (pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[0].ValueKind == JsonValueKind.Number && Time(pair[0].GetDouble()) is { } time)
            {
                read.Add((time, Number(pair[1])));
            }
        }

        return read;
    }

    /// <summary>The code and words of an error, from any of the three shapes it comes in and on one line; null when the body is none.</summary>
    /// <param name="body">As it came.</param>
    /// <param name="key">Struck out, should the server repeat it; null for none.</param>
    public static string? Error(ReadOnlyMemory<byte> body, string? key)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (root.TryGetProperty("error", out var error))
            {
                if (error.ValueKind == JsonValueKind.String)
                {
                    return Words(error.GetString()!, key);
                }

                root = error;
            }

            return TryObject(root, "status", out var status)
                ? Words($"{(status.TryGetProperty("error_code", out var code) ? code.ToString() : "")} {(status.TryGetProperty("error_message", out var message) ? message.ToString() : "")}".Trim(), key)
                : null;
        }
        // The latter for half a surrogate pair, which parses and can't be read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryObject(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;
    }

    private static double? Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Number(value) : null;

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    /// <summary>Null for a number of milliseconds that is no date.</summary>
    private static DateTimeOffset? Time(double unixMs) => unixMs is >= 0 and <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds((long)unixMs) : null;

    private static string Words(string text, string? key)
    {
        var line = (string.IsNullOrEmpty(key) ? text : text.Replace(key, "***", StringComparison.OrdinalIgnoreCase)).ReplaceLineEndings(" ");
        return line.Length > 160 ? line[..160] + "…" : line;
    }
}
