using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Http;

/// <summary>Clients that live as long as the process.</summary>
internal static class LongLivedClients
{
    /// <summary>
    /// Adds a client whose handler renews its connections itself. Its URLs may contain a key, so they are not logged and redirects are not
    /// followed; the sender of a request bounds its time.
    /// </summary>
    public static IHttpClientBuilder AddLongLivedClient(this IServiceCollection services, string name) =>
        services.AddLongLivedClient(
            name,
            handler =>
                (handler.PooledConnectionLifetime, handler.ConnectTimeout, handler.AllowAutoRedirect) = (
                    TimeSpan.FromMinutes(15),
                    TimeSpan.FromSeconds(5),
                    false
                )
        );

    /// <summary>The same with another handler.</summary>
    public static IHttpClientBuilder AddLongLivedClient(
        this IServiceCollection services,
        string name,
        Action<SocketsHttpHandler> configure
    ) =>
        services
            .AddHttpClient(name)
            .UseSocketsHttpHandler((handler, _) => configure(handler))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();

    /// <summary>What went wrong with a request or with the read of its answer; null when the exception does not say.</summary>
    public static HttpRequestError? ErrorOf(Exception exception) =>
        (exception as HttpRequestException)?.HttpRequestError ?? (exception as HttpIOException)?.HttpRequestError;

    /// <summary>Whether the connect timeout ended the request, not the caller. The client must have no time limit of its own.</summary>
    public static bool IsUnconnected(Exception exception, CancellationToken caller) =>
        exception is OperationCanceledException { InnerException: TimeoutException } && !caller.IsCancellationRequested;
}
