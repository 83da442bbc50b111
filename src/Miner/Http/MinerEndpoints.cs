using Bittbridge.Bittensor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>What answers each route; a head only maps. An exception that nobody expected ends here, as a 500 with an id.</summary>
public sealed class MinerEndpoints(
    RequestReader requests, ChallengeService challenges, PingService pings, ProtocolResponses responses, RefusalResponses refusals,
    ForecastRecording recording, AfterAnswer after, HealthReport health, TimeProvider clock, ILogger<MinerEndpoints> logger)
{
    /// <summary><c>POST /Challenge</c>. Returns when the answer is out and its record is written, so that a host may freeze the process afterwards.</summary>
    public Task ChallengeAsync(HttpContext context) => SynapseAsync(context, SynapseNames.Challenge, "Send the challenge with POST.", async (request, arrived, complete) =>
    {
        var answer = await challenges.AnswerAsync(request, complete, context.RequestAborted).ConfigureAwait(false);
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
    public Task PingAsync(HttpContext context) => SynapseAsync(context, SynapseNames.Synapse, "Send the synapse with POST.", async (request, arrived, complete) =>
    {
        var (refusal, caller) = await pings.AnswerAsync(request, complete, context.RequestAborted).ConfigureAwait(false);
        await (refusal is null
            ? responses.WriteEchoAsync(context, request, arrived)
            : refusals.WriteAsync(context, refusal, request, caller, arrived)).ConfigureAwait(false);
    });

    /// <summary><c>GET /health/live</c>: the process answers.</summary>
    public Task LiveAsync(HttpContext context) => GuardedAsync(context, _ => HealthReport.WriteAsync(context, StatusCodes.Status200OK, HealthReport.Live()));

    /// <summary><c>GET /health/ready</c>: 200 when a forecast can be given, else 503 with the reason.</summary>
    public Task ReadyAsync(HttpContext context) => GuardedAsync(context, async _ =>
    {
        var report = await health.ReadyAsync(context.RequestAborted).ConfigureAwait(false);
        await HealthReport.WriteAsync(context, report.Status == HealthReport.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, report).ConfigureAwait(false);
    });

    /// <summary>Every other path: 404 in the protocol's words.</summary>
    public Task OtherAsync(HttpContext context) => GuardedAsync(context, arrived => RefuseOtherAsync(context, arrived));

    private Task SynapseAsync(HttpContext context, string name, string remedy, Func<IncomingRequest, long, long, Task> answer) => GuardedAsync(context, async arrived =>
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
        // The budget of an answer runs from here: how long the body takes has a bound of its own.
        await (refusal is null ? answer(request, arrived, clock.GetTimestamp()) : refusals.WriteAsync(context, refusal, request, null, arrived)).ConfigureAwait(false);
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
        return recording.RecordAsync(new(series, live.Model, live.MadeAt, forecast, latency, answer.Asker) { HasPermit = answer.HasPermit, Calibration = live.Calibration });
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
