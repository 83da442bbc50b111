using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Http;

/// <summary>
/// Writes refusals: with an explanation, or, to unverified callers beyond the limit, a 429 without a body.
/// </summary>
internal sealed class RefusalResponses(ProtocolResponses responses, RefusalLimit limit, RefusalLogThrottle tally, MinerMetrics metrics)
{
    /// <summary>Refuses a request that was read, and echoes it.</summary>
    public Task WriteAsync(HttpContext context, Refusal refusal, IncomingRequest request) =>
        WriteAsync(context, refusal, request.Headers, echoes: true, request.Deadline);

    /// <summary>Refuses a request that was not read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">The refusal.</param>
    /// <param name="deadline">The request's deadline.</param>
    /// <param name="echoes">Whether the answer echoes the request.</param>
    public Task WriteAsync(HttpContext context, Refusal refusal, Deadline deadline, bool echoes = false) =>
        WriteAsync(context, refusal, IncomingRequest.HeadersOf(context.Request), echoes, deadline);

    private Task WriteAsync(HttpContext context, Refusal refusal, RequestHeaders headers, bool echoes, Deadline deadline)
    {
        tally.Add(refusal.Status, refusal.Message);
        var explains = refusal.Caller is not null || limit.MayExplain();
        var status = explains ? refusal.Status : StatusCodes.Status429TooManyRequests;
        metrics.Refused(refusal.Reason, status, headers.Format, deadline.Elapsed);
        if (explains)
        {
            var echo = echoes ? DendriteEcho.From(headers) : DendriteEcho.None;
            return responses.WriteRefusalAsync(context, refusal, echo, deadline);
        }

        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return context.Response.CompleteAsync();
    }
}
