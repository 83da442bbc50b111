using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Bittbridge.Bittensor.Chain;

/// <summary>JSON-RPC 2.0 with one node, one call at a time; every answer has a time limit and is matched with its request.</summary>
internal sealed class RpcSession(IRpcConnection connection, ChainLimits limits, TimeProvider time)
{
    private int _lastId;

    /// <summary>Calls a method and returns its result, which may be JSON null.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="writeParameters">Writes the items of the parameter array.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="ChainFailureException">There is no result.</exception>
    public async Task<JsonElement> CallAsync(string method, Action<Utf8JsonWriter> writeParameters, CancellationToken ct)
    {
        var id = ++_lastId;
        var request = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(request))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WriteNumber("id", id);
            writer.WriteString("method", method);
            writer.WriteStartArray("params");
            writeParameters(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        using var deadline = new CancellationTokenSource(limits.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            return Result(await connection.ExchangeAsync(request.WrittenMemory, either.Token).ConfigureAwait(false), id, method);
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            throw new ChainFailureException(
                ChainFault.TimedOut,
                string.Create(CultureInfo.InvariantCulture, $"{method} was not answered in {limits.CallTimeout.TotalSeconds:0.#} s"),
                error
            );
        }
    }

    private static JsonElement Result(ReadOnlyMemory<byte> response, int id, string method)
    {
        JsonElement answer;
        try
        {
            using var document = JsonDocument.Parse(response, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            answer = document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new ChainFailureException(ChainFault.Garbage, $"the answer to {method} is not JSON", error);
        }

        if (
            answer.ValueKind != JsonValueKind.Object
            || !answer.TryGetProperty("id", out var answered)
            || answered.ValueKind != JsonValueKind.Number
            || !answered.TryGetInt32(out var number)
            || number != id
        )
        {
            throw new ChainFailureException(ChainFault.Garbage, $"the answer to {method} does not match the request");
        }

        if (answer.TryGetProperty("error", out var refusal) && refusal.ValueKind != JsonValueKind.Null)
        {
            var code =
                refusal.ValueKind == JsonValueKind.Object
                && refusal.TryGetProperty("code", out var said)
                && said.ValueKind == JsonValueKind.Number
                && said.TryGetInt64(out var value)
                    ? value.ToString(CultureInfo.InvariantCulture)
                    : "unknown";
            throw new ChainFailureException(ChainFault.Refused, $"{method} failed with error {code}");
        }

        return answer.TryGetProperty("result", out var result)
            ? result
            : throw new ChainFailureException(ChainFault.Garbage, $"the answer to {method} has neither a result nor an error");
    }
}
