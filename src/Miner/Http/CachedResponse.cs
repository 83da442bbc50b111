using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bittbridge.Miner.Http;

/// <summary>Writes a body with its ETag, or a 304 to a caller that has it.</summary>
internal static class CachedResponse
{
    /// <param name="context">The request.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="type">Its content type.</param>
    /// <param name="maxAge">How long the caller may use it without asking again.</param>
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, string type, TimeSpan maxAge)
    {
        var etag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span))[..32]}\"");
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = etag;
        headers.CacheControl = new() { Private = true, MaxAge = maxAge };
        context.Response.Headers.Vary = "Accept, Authorization";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (
            context
                .Request.GetTypedHeaders()
                .IfNoneMatch.Any(known => known == EntityTagHeaderValue.Any || known.Compare(etag, useStrongComparison: false))
        )
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
