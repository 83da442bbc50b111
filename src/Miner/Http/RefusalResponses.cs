using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Http;

/// <summary>
/// Answers what is refused: with an explanation, or, for callers that nobody has verified and once there are too many of those, with a bare
/// 429.
/// </summary>
internal sealed class RefusalResponses(ProtocolResponses responses, RefusalLimit limit, RefusalLogThrottle tally, MinerMetrics metrics)
{
    /// <param name="context">The request.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <param name="echo">What is repeated of the request.</param>
    /// <param name="deadline">When it arrived.</param>
    public Task WriteAsync(HttpContext context, Refusal refusal, DendriteEcho echo, Deadline deadline)
    {
        tally.Add(refusal.Status, refusal.Message);
        metrics.Refused(refusal.Status, deadline.Elapsed);
        if (refusal.Caller is not null || limit.MayExplain())
        {
            return responses.WriteRefusalAsync(context, refusal, echo, deadline);
        }

        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.ContentLength = 0;
        return context.Response.CompleteAsync();
    }
}
