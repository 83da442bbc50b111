using Bittbridge.Bittensor;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>What answers each route; a head only maps. An exception that nobody expected ends here, as a 500 with an id.</summary>
public sealed class MinerEndpoints(
    BodyReader bodies, ChallengeService challenges, ProtocolResponses responses, IForecastLog forecasts, AfterAnswer after, HealthReport health, TimeProvider clock, ILogger<MinerEndpoints> logger)
{
    /// <summary>How long the answer's record may take once the answer is out.</summary>
    private static readonly TimeSpan LongestRecording = TimeSpan.FromSeconds(5);

    /// <summary><c>POST /Challenge</c>. Returns when the answer is out and its record is written, so that a host may freeze the process afterwards.</summary>
    public Task ChallengeAsync(HttpContext context) => GuardedAsync(context, async arrived =>
    {
        // Names of synapses are case-sensitive; routes are not.
        if (!string.Equals(context.Request.Path.Value, "/" + SynapseNames.Challenge, StringComparison.Ordinal))
        {
            await RefuseOtherAsync(context, arrived).ConfigureAwait(false);
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await responses.WriteRefusalAsync(context, new(StatusCodes.Status405MethodNotAllowed, "Send the challenge with POST."), DendriteEcho.None, arrived).ConfigureAwait(false);
            return;
        }

        if (await ReadAsync(context, arrived).ConfigureAwait(false) is not { } request)
        {
            return;
        }

        var answer = await challenges.AnswerAsync(request, arrived, context.RequestAborted).ConfigureAwait(false);
        if (answer.Refusal is { } refusal)
        {
            ChallengeLog.Refused(logger, refusal.Status, refusal.Message);
            await responses.WriteRefusalAsync(context, refusal, request.Echo, arrived).ConfigureAwait(false);
            return;
        }

        await responses.WriteAnswerAsync(context, request, answer, arrived).ConfigureAwait(false);
        await RecordAsync(answer, clock.GetElapsedTime(arrived)).ConfigureAwait(false);
        await after.FinishAsync(answer.Forecast!).ConfigureAwait(false);
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

    private Task RefuseOtherAsync(HttpContext context, long arrived)
    {
        var name = (context.Request.Path.Value ?? "").TrimStart('/').Split('/')[0];
        return responses.WriteRefusalAsync(context, new(StatusCodes.Status404NotFound, SynapseNames.NotFound(name.Length > 64 ? name[..64] : name)), DendriteEcho.None, arrived);
    }

    private async Task<IncomingRequest?> ReadAsync(HttpContext context, long arrived)
    {
        var receivedAt = clock.GetUtcNow();
        var (body, refusal) = await bodies.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path + context.Request.QueryString;
        var request = new IncomingRequest(context.Request.Method, target, context.Request.Headers, body ?? default, receivedAt);
        if (refusal is null)
        {
            return request;
        }

        ChallengeLog.Refused(logger, refusal.Status, refusal.Message);
        await responses.WriteRefusalAsync(context, refusal, request.Echo, arrived).ConfigureAwait(false);
        return null;
    }

    private async Task RecordAsync(ChallengeAnswer answer, TimeSpan latency)
    {
        var live = answer.Forecast!;
        if (live.Forecast is not { } forecast || live.Series is not { } series)
        {
            ChallengeLog.AnsweredNull(logger, answer.Asker, latency.TotalMilliseconds, live.Reason);
            return;
        }

        ChallengeLog.Answered(logger, answer.Asker, forecast.Price, forecast.Interval?.Lower, forecast.Interval?.Upper, live.Model.ToString(), live.Source, latency.TotalMilliseconds);
        var record = new ForecastRecord(series, live.Model, live.MadeAt, forecast, latency, answer.Asker) { Calibration = live.Calibration };
        using var late = new CancellationTokenSource(LongestRecording, clock);
        try
        {
            await forecasts.RecordAsync(record, late.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
        {
            ForecastingLog.NotRecorded(logger, record.Target.Time, StorageFailures.InWords(exception));
        }
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
