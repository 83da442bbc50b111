using Bittbridge.Bittensor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>What answers each route; a head only maps. An exception that nobody expected ends here, as a 500 with an id.</summary>
public sealed class MinerEndpoints(
    RequestReader requests, ChallengeService challenges, PingService pings, ProtocolResponses responses, RefusalResponses refusals,
    ForecastRecording recording, AfterAnswer after, MinerHealth health, TimeProvider clock, ILogger<MinerEndpoints> logger)
{
    private static readonly Refusal OperatorOnly = new(StatusCodes.Status401Unauthorized,
        "This route is for the miner's operator: ask from the miner's own machine, or send the setting Operator:Token as 'Authorization: Bearer TOKEN'.");

    /// <summary><c>POST /Challenge</c>. Returns when the answer is out and its record is written, so that a host may freeze the process afterwards.</summary>
    public Task ChallengeAsync(HttpContext context) => SynapseAsync(context, SynapseNames.Challenge, "Send the challenge with POST.", async (request, arrived) =>
    {
        var answer = await challenges.AnswerAsync(request, arrived, context.RequestAborted).ConfigureAwait(false);
        if (answer.Refusal is { } refusal)
        {
            await refusals.WriteAsync(context, refusal, request, answer.Caller, arrived).ConfigureAwait(false);
            return;
        }

        await responses.WriteAnswerAsync(context, request, answer, arrived).ConfigureAwait(false);
        await RecordAsync(answer, clock.GetElapsedTime(arrived)).ConfigureAwait(false);
        await after.FinishAsync(answer.Forecast!).ConfigureAwait(false);
    });

    /// <summary><c>POST /Synapse</c>: a ping, echoed to whoever may ask a challenge.</summary>
    public Task PingAsync(HttpContext context) => SynapseAsync(context, SynapseNames.Synapse, "Send the synapse with POST.", async (request, arrived) =>
    {
        var (refusal, caller) = await pings.AnswerAsync(request, arrived, context.RequestAborted).ConfigureAwait(false);
        await (refusal is null
            ? responses.WriteEchoAsync(context, request, arrived)
            : refusals.WriteAsync(context, refusal, request, caller, arrived)).ConfigureAwait(false);
    });

    /// <summary><c>GET /health/live</c>: the process answers.</summary>
    public Task LiveAsync(HttpContext context) => GuardedAsync(context, _ => HealthAnswer.Live.WriteAsync(context));

    /// <summary><c>GET /health/ready</c>, for anybody: each part's state, 200 when a forecast can be given and else 503.</summary>
    public Task ReadyAsync(HttpContext context) => HealthAsync(context, HealthAnswer.Public);

    /// <summary><c>GET /health/details</c>: the same with the reasons. The head must have made sure that the operator asks.</summary>
    public Task HealthDetailsAsync(HttpContext context) => HealthAsync(context, HealthAnswer.Detailed);

    /// <summary>A route that is the operator's, asked by somebody else.</summary>
    public Task RefuseOperatorRouteAsync(HttpContext context) => GuardedAsync(context, arrived =>
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return refusals.WriteAsync(context, OperatorOnly, null, null, arrived);
    });

    /// <summary>Every other path: 404 in the protocol's words.</summary>
    public Task OtherAsync(HttpContext context) => GuardedAsync(context, arrived => RefuseOtherAsync(context, arrived));

    private Task HealthAsync(HttpContext context, Func<HealthReport, HealthAnswer> answer) => GuardedAsync(context, async _ =>
    {
        var report = await health.CheckAsync(context.RequestAborted).ConfigureAwait(false);
        await answer(report).WriteAsync(context).ConfigureAwait(false);
    });

    private Task SynapseAsync(HttpContext context, string name, string remedy, Func<IncomingRequest, long, Task> answer) => GuardedAsync(context, async arrived =>
    {
        // Names of synapses are case-sensitive; routes are not.
        if (!string.Equals(context.Request.Path.Value, "/" + name, StringComparison.Ordinal))
        {
            await RefuseOtherAsync(context, arrived).ConfigureAwait(false);
            return;
        }

        // So are methods.
        if (!string.Equals(context.Request.Method, HttpMethods.Post, StringComparison.Ordinal))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await refusals.WriteAsync(context, new(StatusCodes.Status405MethodNotAllowed, remedy), null, null, arrived).ConfigureAwait(false);
            return;
        }

        var (request, refusal) = await requests.ReadAsync(context).ConfigureAwait(false);
        await (refusal is null ? answer(request, arrived) : refusals.WriteAsync(context, refusal, request, null, arrived)).ConfigureAwait(false);
    });

    private Task RefuseOtherAsync(HttpContext context, long arrived)
    {
        // The name stands in the log too, where nothing of a stranger's may look like a line of the miner's own.
        var name = (context.Request.Path.Value ?? "").TrimStart('/').Split('/')[0];
        var plain = string.Concat(name.Take(64).Select(c => c is >= ' ' and < '\x7f' ? c : '?'));
        return refusals.WriteAsync(context, new(StatusCodes.Status404NotFound, SynapseNames.NotFound(plain)), null, null, arrived);
    }

    private Task RecordAsync(ChallengeAnswer answer, TimeSpan latency)
    {
        var live = answer.Forecast!;
        if (live.Forecast is not { } forecast || live.Series is not { } series)
        {
            ChallengeLog.AnsweredNull(logger, answer.Asker, latency.TotalMilliseconds, live.Reason);
            return Task.CompletedTask;
        }

        ChallengeLog.Answered(logger, answer.Asker, forecast.Price, forecast.Interval?.Lower, forecast.Interval?.Upper, live.Model.ToString(), live.Source, latency.TotalMilliseconds);
        return recording.RecordAsync(new(series, live.Model, live.MadeAt, forecast, latency, answer.Asker) { Calibration = live.Calibration });
    }

    private async Task GuardedAsync(HttpContext context, Func<long, Task> handle)
    {
        var arrived = clock.GetTimestamp();
        try
        {
            await handle(arrived).ConfigureAwait(false);
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
                await responses.WriteRefusalAsync(context, new(StatusCodes.Status500InternalServerError, $"Internal Server Error #{id}"), DendriteEcho.None, arrived).ConfigureAwait(false);
            }
        }
    }
}
