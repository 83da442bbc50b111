using System.Buffers;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Bittbridge.Miner.Http;

/// <summary>Writes answers and errors in the protocol's format: status, headers, JSON body.</summary>
internal sealed class ProtocolResponses(MinerSettings settings, TimeProvider clock)
{
    private static readonly ObjectPool<JsonBuffer> Buffers = ObjectPool.Create<JsonBuffer>();

    private readonly AxonIdentity _axon = new(settings.Hotkey, Guid.NewGuid().ToString());

    /// <summary>Writes an answered challenge; the response is complete when this returns.</summary>
    public Task WriteAnswerAsync(HttpContext context, IncomingRequest request, ChallengeAnswer answer)
    {
        var response = Synapse(
            SynapseNames.Challenge,
            StatusCodes.Status200OK,
            "Success",
            DendriteEcho.From(request.Headers),
            request.Deadline
        );
        if (answer.Forecast is { Source: { } source } live)
        {
            context.Response.Headers[HeaderNames.Model] = live.Model.ToString();
            context.Response.Headers[HeaderNames.PriceSource] = source;
        }

        return WriteAsync(
            context,
            response,
            json =>
                response.WriteChallenge(
                    json,
                    answer.Request.TimestampText,
                    answer.Forecast.Forecast?.Price,
                    answer.Forecast.Forecast?.Interval is { } interval ? (interval.Lower, interval.Upper) : null
                )
        );
    }

    /// <summary>Echoes a plain synapse.</summary>
    public Task WriteEchoAsync(HttpContext context, IncomingRequest request)
    {
        var response = Synapse(
            SynapseNames.Synapse,
            StatusCodes.Status200OK,
            "Success",
            DendriteEcho.From(request.Headers),
            request.Deadline
        );
        return WriteAsync(context, response, json => response.WriteBody(json));
    }

    /// <summary>
    /// Writes a refusal: <c>{"message": …}</c> with the same headers. Like the SDK's axon, it gives the name <c>Synapse</c> to every path
    /// but the challenge's.
    /// </summary>
    public Task WriteRefusalAsync(HttpContext context, Refusal refusal, DendriteEcho echo, Deadline deadline)
    {
        return WriteAsync(
            context,
            Synapse(NameOf(context.Request.Path), refusal.Status, refusal.Message, echo, deadline),
            json =>
            {
                json.WriteStartObject();
                json.WriteString("message", refusal.Message);
                json.WriteEndObject();
            }
        );
    }

    private static string NameOf(PathString path) =>
        path.Equals("/" + SynapseNames.Challenge, StringComparison.OrdinalIgnoreCase) ? SynapseNames.Challenge : SynapseNames.Synapse;

    private static async Task WriteAsync(HttpContext context, SynapseResponse response, Action<Utf8JsonWriter> body)
    {
        var buffer = Buffers.Get();
        try
        {
            body(buffer.Json);
            buffer.Json.Flush();
            context.Response.StatusCode = response.Status.Code;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = buffer.Bytes.WrittenCount;
            foreach (var (name, value) in response.Headers())
            {
                context.Response.Headers[name] = value;
            }

            await context.Response.Body.WriteAsync(buffer.Bytes.WrittenMemory, context.RequestAborted);
            await context.Response.CompleteAsync();
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    private SynapseResponse Synapse(string name, int status, string message, DendriteEcho echo, Deadline deadline) =>
        new(name, new(status, message, deadline.Elapsed, clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000), _axon, echo);

    /// <summary>The memory of a body, reused by later responses.</summary>
    private sealed class JsonBuffer : IResettable
    {
        public JsonBuffer() => Json = new(Bytes);

        public ArrayBufferWriter<byte> Bytes { get; } = new(1024);

        public Utf8JsonWriter Json { get; }

        public bool TryReset()
        {
            Bytes.ResetWrittenCount();
            Json.Reset();
            return true;
        }
    }
}
