using Bittbridge.Bittensor;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bittbridge.Miner;

/// <summary>Reads a request of the protocol before anything in it is believed.</summary>
public sealed class RequestReader(BodyReader bodies, TimeProvider clock)
{
    // Kestrel moves a Content-Length that came together with chunks to this name.
    private const string SecondLength = "X-Content-Length";

    private static readonly Refusal TwoLengths = new(StatusCodes.Status400BadRequest, "The request says its length twice, by Content-Length and by Transfer-Encoding: send one of them.");

    /// <summary>The request as far as it could be read, and why it is refused; null for one that is fine.</summary>
    public async Task<(IncomingRequest Request, Refusal? Refusal)> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var receivedAt = clock.GetUtcNow();
        var headers = context.Request.Headers;
        var (body, refusal) = headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey(SecondLength))
            ? (null, TwoLengths)
            : await bodies.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path + context.Request.QueryString;
        return (new(context.Request.Method, target, headers, body ?? default, receivedAt), refusal);
    }
}
