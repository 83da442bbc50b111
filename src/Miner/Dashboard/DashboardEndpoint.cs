using System.Text.Json;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Http;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Dashboard;

/// <summary>Writes the page and its data. The caller must have checked who asks.</summary>
internal sealed class DashboardEndpoint(DashboardReader reader, TimeProvider clock)
{
    /// <summary>How long the data is reused: making it costs far more than sending it, and anyone may ask for the public data.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly SharedResult<byte[]> _operatorData = new(() => MakeAsync(reader, isOperator: true), FreshFor, clock);
    private readonly SharedResult<byte[]> _publicData = new(() => MakeAsync(reader, isOperator: false), FreshFor, clock);

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
        var data = await (isOperator ? _operatorData : _publicData).GetAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = data.Length;
        await context.Response.Body.WriteAsync(data, context.RequestAborted);
    }

    private static async Task<byte[]> MakeAsync(DashboardReader reader, bool isOperator) =>
        JsonSerializer.SerializeToUtf8Bytes(await reader.ReadAsync(isOperator), DashboardJson.Default.DashboardAnswer);
}
