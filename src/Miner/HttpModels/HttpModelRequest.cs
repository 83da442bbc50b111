using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bittbridge.Models;

namespace Bittbridge.Miner.HttpModels;

/// <summary>The body of a request to a model: <c>{"timestamp", "times", "prices", "usd"}</c>.</summary>
internal static class HttpModelRequest
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="timestamp">Written in UTC, to the second, in the form that every Python reads.</param>
    /// <param name="history">The times are written in seconds since the Unix epoch; an unknown USD price as null.</param>
    public static ReadOnlyMemory<byte> Write(DateTimeOffset timestamp, PriceHistory history)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * (history.Count + 2));
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("timestamp", timestamp.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        json.WriteStartArray("times");
        foreach (var time in history.TimesUnixMs)
        {
            json.WriteNumberValue(time / 1000d);
        }

        json.WriteEndArray();
        json.WriteStartArray("prices");
        foreach (var price in history.Prices)
        {
            json.WriteNumberValue(price);
        }

        json.WriteEndArray();
        json.WriteStartArray("usd");
        foreach (var price in history.UsdPrices)
        {
            if (double.IsNaN(price))
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteNumberValue(price);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
