using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Bittensor.Wire;

/// <summary>
/// The v10 answer: the synapse with its outputs, as headers and as JSON. The caller's SDK reads the status from the headers, whose names
/// are case-sensitive. The body repeats the headers, because a proxy may change those. The SDK fails on a missing input and on a null axon
/// or dendrite.
/// </summary>
/// <param name="Name">The synapse's name.</param>
/// <param name="Status">The outcome.</param>
/// <param name="Axon">The miner.</param>
/// <param name="Echo">The repeated values of the request.</param>
public sealed record SynapseResponse(string Name, AxonStatus Status, AxonIdentity Axon, DendriteEcho Echo)
{
    /// <summary>The response headers, with names in the case that the caller's SDK expects.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers()
    {
        yield return new(HeaderNames.Synapse, Name);
        yield return new(HeaderNames.AxonStatusCode, Status.Code.ToString(CultureInfo.InvariantCulture));
        yield return new(HeaderNames.AxonStatusMessage, HeaderText(Status.Message));
        yield return new(HeaderNames.AxonProcessTime, Seconds(Status.ProcessTime).ToString("R", CultureInfo.InvariantCulture));
        yield return new(HeaderNames.AxonVersion, AxonIdentity.WireVersion.ToString(CultureInfo.InvariantCulture));
        yield return new(HeaderNames.AxonNonce, Status.Nonce.ToString(CultureInfo.InvariantCulture));
        yield return new(HeaderNames.AxonUuid, Axon.Uuid);
        yield return new(HeaderNames.BodyHash, V10Format.EmptyBodyHash);
        (string Name, string? Value)[] optional =
        [
            (HeaderNames.AxonHotkey, Axon.Hotkey ?? Echo.AxonHotkey),
            (HeaderNames.AxonIp, Echo.AxonIp),
            (HeaderNames.AxonPort, Echo.AxonPort),
            (HeaderNames.DendriteIp, Echo.Ip),
            (HeaderNames.DendriteVersion, Echo.Version),
            (HeaderNames.DendriteNonce, Echo.Nonce),
            (HeaderNames.DendriteUuid, Echo.Uuid),
            (HeaderNames.DendriteHotkey, Echo.Hotkey),
            (HeaderNames.DendriteSignature, Echo.Signature),
            (HeaderNames.Timeout, Echo.Timeout),
        ];
        foreach (var (name, value) in optional)
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }
    }

    /// <summary>Writes the synapse's own fields; <paramref name="outputs"/> writes the outputs of a <c>Challenge</c>.</summary>
    public void WriteBody(Utf8JsonWriter json, Action<Utf8JsonWriter>? outputs = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteNumber("timeout", ReadNumber(Echo.Timeout) ?? 12);
        json.WriteNumber("total_size", 0);
        json.WriteNumber("header_size", 0);

        json.WriteStartObject("dendrite");
        json.WriteString("ip", Echo.Ip);
        WriteInteger(json, "version", Echo.Version);
        WriteInteger(json, "nonce", Echo.Nonce);
        json.WriteString("uuid", Echo.Uuid);
        json.WriteString("hotkey", Echo.Hotkey);
        json.WriteString("signature", Echo.Signature);
        json.WriteEndObject();

        json.WriteStartObject("axon");
        json.WriteNumber("status_code", Status.Code);
        json.WriteString("status_message", Status.Message);
        json.WriteNumber("process_time", Seconds(Status.ProcessTime));
        json.WriteString("ip", Echo.AxonIp);
        WriteInteger(json, "port", Echo.AxonPort);
        json.WriteNumber("version", AxonIdentity.WireVersion);
        json.WriteNumber("nonce", Status.Nonce);
        json.WriteString("uuid", Axon.Uuid);
        json.WriteString("hotkey", Axon.Hotkey ?? Echo.AxonHotkey);
        json.WriteNull("signature");
        json.WriteEndObject();

        json.WriteString("computed_body_hash", "");
        outputs?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes the whole body of an answered challenge: the timestamp, and a price and an interval in CNY per USDT, or null.
    /// </summary>
    public void WriteChallenge(Utf8JsonWriter json, string? timestamp, double? prediction, (double Lower, double Upper)? interval) =>
        WriteBody(
            json,
            outputs =>
            {
                outputs.WriteString("timestamp", timestamp);
                if (prediction is { } price)
                {
                    outputs.WriteNumber("prediction", price);
                }
                else
                {
                    outputs.WriteNull("prediction");
                }

                if (interval is not { } bounds)
                {
                    outputs.WriteNull("interval");
                    return;
                }

                outputs.WriteStartArray("interval");
                outputs.WriteNumberValue(bounds.Lower);
                outputs.WriteNumberValue(bounds.Upper);
                outputs.WriteEndArray();
            }
        );

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 6);

    private static double? ReadNumber(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static void WriteInteger(Utf8JsonWriter json, string name, string? text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>A header holds one line of printable ASCII; the body has the full message.</summary>
    private static string HeaderText(string message) =>
        string.Create(
            message.Length,
            message,
            static (line, text) =>
            {
                for (var i = 0; i < line.Length; i++)
                {
                    line[i] = text[i] is >= ' ' and < '\x7f' ? text[i] : '?';
                }
            }
        );
}

/// <summary>The outcome of a request, for the protocol's headers and body.</summary>
/// <param name="Code">An HTTP status.</param>
/// <param name="Message">The message; <c>Success</c> for 200.</param>
/// <param name="ProcessTime">How long the miner took.</param>
/// <param name="Nonce">When it ended, in nanoseconds since the Unix epoch.</param>
public sealed record AxonStatus(int Code, string Message, TimeSpan ProcessTime, long Nonce);

/// <summary>The miner's identity in every answer.</summary>
/// <param name="Hotkey">Its ss58 address; null if none is set, in which case the answer echoes the one that the caller named.</param>
/// <param name="Uuid">The id of this process.</param>
public sealed record AxonIdentity(string? Hotkey, string Uuid)
{
    /// <summary>The SDK version whose wire format this is, 10.3.0, encoded as the SDK does.</summary>
    public const int WireVersion = 10_003_000;
}
