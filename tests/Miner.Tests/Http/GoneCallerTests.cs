using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>A caller that resets its connection is neither an error in the log nor a failure in the metrics.</summary>
public sealed class GoneCallerTests : IDisposable
{
    private const string Duration = "bittbridge.request.duration ";

    private readonly KeptLog _log = new();
    private readonly WatchedRequest _first = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_connection_that_is_reset_while_the_body_comes_is_given_up_as_a_malformed_request()
    {
        await using var miner = await StartAsync();
        using var heard = Of(miner);

        await SendAndResetAsync(
            miner,
            "POST /Challenge HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n{\"timestamp\":",
            async stream =>
            {
                // The server says this when it waits for more of the body.
                using var reader = new StreamReader(stream);
                Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Ct));
            }
        );
        await InTimeAsync(_first.Ended);

        Assert.True(_first.WasAborted);
        Assert.Contains((3002, "Refused a request with 400: The body could not be read: it is cut off or badly framed."), _log.Lines);
        await AssertAnswersNextAsync(
            miner,
            heard,
            "bittbridge.outcome=refused error.type=malformed bittbridge.wire.format=unsigned http.response.status_code=400"
        );
    }

    [Fact]
    public async Task A_caller_that_goes_while_the_model_runs_ends_the_run_and_is_counted_as_nothing()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var miner = await StartAsync(
            new OddModel(
                async (_, _, ct) =>
                {
                    if (running.TrySetResult())
                    {
                        await Task.Delay(Timeout.Infinite, ct);
                    }

                    return new Forecast(7.1);
                }
            )
        );
        using var heard = Of(miner);
        var body = $$"""{"timestamp":"{{ChallengeTimestamp.Format(TimeProvider.System.GetUtcNow())}}"}""";

        await SendAndResetAsync(
            miner,
            $"POST /Challenge HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}",
            _ => running.Task
        );
        await InTimeAsync(_first.Ended);

        Assert.False(_first.WasAborted);
        await AssertAnswersNextAsync(miner, heard);
    }

    /// <summary>The next challenge is answered, and only it and <paramref name="before"/> were counted.</summary>
    private async Task AssertAnswersNextAsync(RunningMiner miner, HeardMetrics heard, params string[] before)
    {
        const string Answered = "bittbridge.outcome=answered bittbridge.wire.format=unsigned http.response.status_code=200";
        using var response = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = TimeProvider.System.GetUtcNow() }, Ct);
        Assert.True(response.IsSuccessStatusCode);
        await heard.UntilAsync(Duration + Answered);
        var counted = heard
            .Measurements.Where(measured => measured.Key.StartsWith(Duration, StringComparison.Ordinal))
            .Select(measured => measured.Key[Duration.Length..]);
        Assert.Equal(before.Append(Answered), counted);
        Assert.Equal((1, 0), (_log.Count(5000), _log.Count(3003)));
    }

    private Task<RunningMiner> StartAsync(OddModel? model = null) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            model is null ? [] : [("Bittbridge:Model", model.Id.Name)],
            services =>
            {
                services.AddSingleton<IStartupFilter>(_first).AddLogging(logging => logging.AddProvider(_log));
                if (model is not null)
                {
                    services.AddSingleton<IPredictionModel>(model);
                }
            }
        );

    private static HeardMetrics Of(RunningMiner miner) => new(miner.Services.GetRequiredService<IMeterFactory>());

    private static Task InTimeAsync(Task task) => task.WaitAsync(TimeSpan.FromMinutes(3), Ct);

    /// <summary>A socket that does not linger resets its connection when it is closed.</summary>
    private static async Task SendAndResetAsync(RunningMiner miner, string request, Func<Stream, Task> until)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(miner.Address.Host, miner.Address.Port, Ct);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Ct);
        await using var stream = new NetworkStream(socket);
        await InTimeAsync(until(stream));
        socket.LingerState = new(true, 0);
    }

    /// <summary>Tells when the miner's first request ends, and whether the miner aborted it.</summary>
    private sealed class WatchedRequest : IStartupFilter
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public bool WasAborted { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    async (HttpContext context, RequestDelegate following) =>
                    {
                        var own = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
                        context.Features.Set<IHttpRequestLifetimeFeature>(new Lifetime(own, () => WasAborted = true));
                        try
                        {
                            await following(context);
                        }
                        finally
                        {
                            _ended.TrySetResult();
                        }
                    }
                );
                next(app);
            };

        private sealed class Lifetime(IHttpRequestLifetimeFeature own, Action aborted) : IHttpRequestLifetimeFeature
        {
            public CancellationToken RequestAborted
            {
                get => own.RequestAborted;
                set => own.RequestAborted = value;
            }

            public void Abort()
            {
                aborted();
                own.Abort();
            }
        }
    }
}
