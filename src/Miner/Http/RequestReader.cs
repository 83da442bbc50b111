using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bittbridge.Miner.Http;

/// <summary>Reads a request of the protocol, before validation.</summary>
internal sealed class RequestReader(BodyReader bodies, TimeProvider clock)
{
    // Kestrel moves a Content-Length that came with a chunked body to this name.
    private const string SecondLength = "X-Content-Length";

    private static readonly Refusal TwoLengths = new(
        StatusCodes.Status400BadRequest,
        RefusalReason.Malformed,
        "The request says its length twice, by Content-Length and by Transfer-Encoding: send one of them."
    );

    /// <summary>Reads the whole request. The body has a time limit of its own; the budget of the answer starts after it.</summary>
    public async Task<Result<IncomingRequest>> ReadAsync(HttpContext context, Deadline deadline)
    {
        var receivedAt = clock.GetUtcNow();
        var headers = context.Request.Headers;
        if (headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey(SecondLength)))
        {
            return TwoLengths;
        }

        var body = await bodies.ReadAsync(context.Request, context.RequestAborted);
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        // Nobody would get the answer, but the nonce would be used up.
        if (!ConnectionLimits.Protect(context))
        {
            context.Abort();
            return BodyReader.Broken;
        }

        return new IncomingRequest(
            context.Request.Method,
            Target(context),
            IncomingRequest.HeadersOf(context.Request),
            body.Value,
            receivedAt,
            deadline.StartBudget()
        );
    }

    /// <summary>
    /// The target as it was sent. When the target includes scheme and host, as a request to a proxy does, only path and query, because the
    /// caller signs those.
    /// </summary>
    private static string Target(HttpContext context) =>
        context.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw ? raw : context.Request.Path + context.Request.QueryString;
}
