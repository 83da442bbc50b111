using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.TrackRecord;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Http;

/// <summary>What answers each route; a head only maps. An exception that nobody expected ends here, as a 500 with an id.</summary>
public sealed class MinerEndpoints(
    RequestReader requests,
    ChallengeService challenges,
    ProtocolResponses responses,
    RefusalResponses refusals,
    ForecastRecording recording,
    AfterAnswer after,
    MinerHealth health,
    TrackRecordEndpoint trackRecord,
    TimeProvider clock,
    ILogger<MinerEndpoints> logger
)
{
    private static readonly Refusal OperatorOnly = new(
        StatusCodes.Status401Unauthorized,
        "This route is for the miner's operator: ask from the miner's own machine, or send the setting Operator:Token as 'Authorization: "
            + "Bearer TOKEN'."
    );

    /// <summary>
    /// <c>POST /Challenge</c>. Returns when the answer is out and its record is written, so that a host may freeze the process afterwards.
    /// </summary>
    public Task ChallengeAsync(HttpContext context) =>
        SynapseAsync(
            context,
            SynapseNames.Challenge,
            "Send the challenge with POST.",
            async (request, arrived, complete) =>
            {
                var answer = await challenges.AnswerAsync(request, complete, context.RequestAborted);
                if (answer.Refusal is { } refusal)
                {
                    await refusals.WriteAsync(context, refusal, request, answer.Caller, arrived);
                    return;
                }

                await responses.WriteAnswerAsync(context, request, answer, arrived);
                await RecordAsync(answer, clock.GetElapsedTime(arrived));
                await after.FinishAsync(answer.Forecast!);
            }
        );

    /// <summary><c>POST /Synapse</c>: a ping, echoed to callers that may send a challenge.</summary>
    public Task PingAsync(HttpContext context) =>
        SynapseAsync(
            context,
            SynapseNames.Synapse,
            "Send the synapse with POST.",
            async (request, arrived, complete) =>
            {
                var (refusal, caller) = await challenges.PingAsync(request, complete, context.RequestAborted);
                await (
                    refusal is null
                        ? responses.WriteEchoAsync(context, request, arrived)
                        : refusals.WriteAsync(context, refusal, request, caller, arrived)
                );
            }
        );

    /// <summary><c>GET /health/live</c>: the process answers.</summary>
    public Task LiveAsync(HttpContext context) => GuardedAsync(context, _ => HealthAnswer.Live.WriteAsync(context));

    /// <summary><c>GET /health/ready</c>, for anybody: each part's state, 200 when a forecast can be given and else 503.</summary>
    public Task ReadyAsync(HttpContext context) => HealthAsync(context, HealthAnswer.Public);

    /// <summary><c>GET /health/details</c>: the same with the reasons. The head must have made sure that the operator asks.</summary>
    public Task HealthDetailsAsync(HttpContext context) => HealthAsync(context, HealthAnswer.Detailed);

    /// <summary><c>GET /api/track-record</c>: how good the forecasts were. The head must have made sure that the operator asks.</summary>
    public Task TrackRecordAsync(HttpContext context) => GuardedAsync(context, _ => trackRecord.AnswerAsync(context));

    /// <summary><c>GET /openapi.json</c>: describes the track record's route, also for the operator alone.</summary>
    public Task OpenApiAsync(HttpContext context) => GuardedAsync(context, _ => TrackRecordEndpoint.DescribeAsync(context));

    /// <summary>A route that is the operator's, asked by somebody else.</summary>
    public Task RefuseOperatorRouteAsync(HttpContext context) =>
        GuardedAsync(
            context,
            arrived =>
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return refusals.WriteAsync(context, OperatorOnly, null, null, arrived);
            }
        );

    /// <summary>Every other path: 404 in the protocol's words.</summary>
    public Task OtherAsync(HttpContext context) => GuardedAsync(context, arrived => RefuseOtherAsync(context, arrived));

    private Task HealthAsync(HttpContext context, Func<HealthReport, HealthAnswer> answer) =>
        GuardedAsync(
            context,
            async _ =>
            {
                var report = await health.CheckAsync(context.RequestAborted);
                await answer(report).WriteAsync(context);
            }
        );

    private Task SynapseAsync(HttpContext context, string name, string remedy, Func<IncomingRequest, long, long, Task> answer) =>
        GuardedAsync(
            context,
            async arrived =>
            {
                // Names of synapses are case-sensitive; routes are not.
                if (!string.Equals(context.Request.Path.Value, "/" + name, StringComparison.Ordinal))
                {
                    await RefuseOtherAsync(context, arrived);
                    return;
                }

                // So are methods.
                if (!string.Equals(context.Request.Method, HttpMethods.Post, StringComparison.Ordinal))
                {
                    context.Response.Headers.Allow = HttpMethods.Post;
                    await refusals.WriteAsync(context, new(StatusCodes.Status405MethodNotAllowed, remedy), null, null, arrived);
                    return;
                }

                var (request, refusal) = await requests.ReadAsync(context);
                // The budget of an answer runs from here: how long the body takes has a bound of its own.
                await (
                    refusal is null
                        ? answer(request, arrived, clock.GetTimestamp())
                        : refusals.WriteAsync(context, refusal, request, null, arrived)
                );
            }
        );

    private Task RefuseOtherAsync(HttpContext context, long arrived)
    {
        // The SDK's axon takes the first segment alone, so that its sentence calls a known name unknown where only a slash is too many.
        var path = context.Request.Path.Value ?? "";
        var name = path.TrimStart('/').Split('/')[0];
        var message = name is SynapseNames.Challenge or SynapseNames.Synapse
            ? SynapseNames.NotItsPath(Plain(path), name)
            : SynapseNames.NotFound(Plain(name));
        return refusals.WriteAsync(context, new(StatusCodes.Status404NotFound, message), null, null, arrived);
    }

    // What is quoted stands in the log too, where nothing of a stranger's may look like a line of the miner's own.
    private static string Plain(string text) => string.Concat(text.Take(64).Select(c => c is >= ' ' and < '\x7f' ? c : '?'));

    private Task RecordAsync(ChallengeAnswer answer, TimeSpan latency)
    {
        var live = answer.Forecast!;
        if (live.Forecast is not { } forecast || live.Series is not { } series)
        {
            ChallengeLog.AnsweredNull(logger, answer.Asker, latency.TotalMilliseconds, live.Reason);
            return Task.CompletedTask;
        }

        ChallengeLog.Answered(
            logger,
            answer.Asker,
            forecast.Price,
            forecast.Interval?.Lower,
            forecast.Interval?.Upper,
            live.Model.ToString(),
            live.Source,
            latency.TotalMilliseconds
        );
        return recording.RecordAsync(
            new(series, live.Model, live.MadeAt, forecast, latency, answer.Asker)
            {
                HasPermit = answer.HasPermit,
                Calibration = live.Calibration,
                Role = live.Role,
                LastPrice = live.LastPrice,
            }
        );
    }

    private async Task GuardedAsync(HttpContext context, Func<long, Task> handle)
    {
        var arrived = clock.GetTimestamp();
        try
        {
            await handle(arrived);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; there is nobody to answer.
        }
        // The edge: whatever nobody expected becomes an id for the caller and a line in the log.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var id = Guid.NewGuid().ToString();
            ChallengeLog.Failed(logger, exception, id);
            if (!context.Response.HasStarted)
            {
                context.Response.Headers.Clear();
                await responses.WriteRefusalAsync(
                    context,
                    new(StatusCodes.Status500InternalServerError, $"Internal Server Error #{id}"),
                    DendriteEcho.None,
                    arrived
                );
            }
        }
    }
}
