using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Testing;

/// <summary>An HTTP server on a free local port that answers as a test wants. It listens once it is made.</summary>
public sealed class StandInServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    /// <param name="answer">Answers every request, websockets too.</param>
    /// <param name="protocols">What it speaks, without TLS.</param>
    public StandInServer(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(answer);
        _app.Start();
        Url = _app.Urls.Single();
    }

    /// <summary>One that gives the same answer, whatever it is asked.</summary>
    public StandInServer(int status, string body, string contentType = "application/json")
        : this(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
            return context.Response.WriteAsync(body, context.RequestAborted);
        }) { }

    /// <summary>Without a slash at its end.</summary>
    public string Url { get; }

    public int Port => new Uri(Url).Port;

    /// <summary>Waits for no request that is still open.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
