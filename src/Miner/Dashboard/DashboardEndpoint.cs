using System.Text.Json;
using Bittbridge.Miner.Http;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Dashboard;

/// <summary>Writes the page and its data. The caller must have checked who asks.</summary>
internal sealed class DashboardEndpoint(DashboardReader reader)
{
    public static Task WritePageAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = DashboardPage.Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return CachedResponse.WriteAsync(context, DashboardPage.Html, "text/html; charset=utf-8", TimeSpan.Zero);
    }

    /// <param name="context">The request.</param>
    /// <param name="isOperator">Whether the details of the health parts are included.</param>
    public async Task WriteDataAsync(HttpContext context, bool isOperator)
    {
        var answer = await reader.ReadAsync(isOperator, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(context.Response.Body, answer, DashboardJson.Default.DashboardAnswer, context.RequestAborted);
    }
}
