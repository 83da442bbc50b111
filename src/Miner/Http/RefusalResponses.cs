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
    /// <param name="context">The request.</param>
    /// <param name="refusal">The refusal.</param>
    /// <param name="echo">The part of the request that is echoed.</param>
    /// <param name="deadline">The request's deadline.</param>
    public Task WriteAsync(HttpContext context, Refusal refusal, DendriteEcho echo, Deadline deadline)
    {
        tally.Add(refusal.Status, refusal.Message);
        var explains = refusal.Caller is not null || limit.MayExplain();
        var status = explains ? refusal.Status : StatusCodes.Status429TooManyRequests;
        metrics.Refused(refusal.Reason, status, IncomingRequest.FormatOf(context.Request.Headers), deadline.Elapsed);
        if (explains)
        {
            return responses.WriteRefusalAsync(context, refusal, echo, deadline);
        }

        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return context.Response.CompleteAsync();
    }
}
