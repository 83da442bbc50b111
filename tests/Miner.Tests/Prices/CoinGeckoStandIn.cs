using System.Collections.Concurrent;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Tests.Prices;

/// <summary>
/// CoinGecko's API on a real socket, answering as a test wants and remembering what it was asked. What it was not told to answer is a 501.
/// </summary>
internal sealed class CoinGeckoStandIn : IAsyncDisposable
{
    public const string SimplePrice = "/api/v3/simple/price";
    public const string Chart = "/api/v3/coins/tether/market_chart";

    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();
    private readonly ConcurrentQueue<StandInRequest> _requests = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly StandInServer _server;

    public CoinGeckoStandIn() => _server = new(AnswerAsync);

    /// <summary>What a miner is given as the base address.</summary>
    public Uri Address => new(_server.Url + "/api/v3");

    /// <summary>Every call so far, in its order.</summary>
    public IReadOnlyCollection<StandInRequest> Requests => _requests;

    /// <summary>From now on this is how a path answers.</summary>
    public void Answer(string path, RequestDelegate answer) => _answers[path] = answer;

    /// <inheritdoc cref="Answer(string, RequestDelegate)"/>
    public void Answer(
        string path,
        int status,
        string body,
        string contentType = "application/json; charset=utf-8",
        string? retryAfter = null
    ) =>
        Answer(
            path,
            context =>
            {
                (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
                if (retryAfter is not null)
                {
                    context.Response.Headers.RetryAfter = retryAfter;
                }

                return context.Response.WriteAsync(body, context.RequestAborted);
            }
        );

    /// <summary>Waits until one more call than was waited for before has come in.</summary>
    public async Task AskedAsync() =>
        Assert.True(await _asked.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken), "CoinGecko was not asked");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _asked.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        _requests.Enqueue(
            new(
                request.Path,
                request.QueryString.Value ?? "",
                request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)
            )
        );
        _asked.Release();
        if (_answers.TryGetValue(request.Path, out var answer))
        {
            await answer(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status501NotImplemented;
        }
    }
}
