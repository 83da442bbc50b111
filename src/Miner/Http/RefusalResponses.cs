using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Challenges;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Http;

/// <summary>
/// Answers what is refused: with an explanation, or, for callers that nobody has verified and once there are too many of those, with a bare
/// 429.
/// </summary>
public sealed class RefusalResponses(ProtocolResponses responses, RefusalLimit limit, RefusalLogThrottle tally)
{
    /// <param name="context">The request.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <param name="request">What is echoed; null for nothing.</param>
    /// <param name="caller">Whose own request it was; null for one that anybody could have sent.</param>
    /// <param name="arrived">When it arrived, a timestamp of the clock.</param>
    public Task WriteAsync(HttpContext context, Refusal refusal, IncomingRequest? request, Caller? caller, long arrived)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(refusal);
        tally.Add(refusal.Status, refusal.Message);
        if (caller is not null || limit.MayExplain())
        {
            return responses.WriteRefusalAsync(context, refusal, request?.Echo ?? DendriteEcho.None, arrived);
        }

        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.ContentLength = 0;
        return context.Response.CompleteAsync();
    }
}
