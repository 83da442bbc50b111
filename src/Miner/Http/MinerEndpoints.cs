using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.TrackRecord;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Bittbridge.Miner.Http;

/// <summary>
/// Handles every route; a head (the program that hosts the miner) only maps them. An unexpected exception becomes a 500 with an id here.
/// </summary>
public sealed class MinerEndpoints
{
    private static readonly Refusal OperatorOnly = new(
        StatusCodes.Status401Unauthorized,
        RefusalReason.OperatorOnly,
        "This route is for the miner's operator: ask from the miner's own machine, or send the setting Operator:Token as 'Authorization: "
            + "Bearer TOKEN', or as the password where a browser asks for one."
    );

    private readonly RequestReader _requests;
    private readonly ChallengeService _challenges;
    private readonly ProtocolResponses _responses;
    private readonly RefusalResponses _refusals;
    private readonly CallerActivity _activity;
    private readonly AfterAnswer _after;
    private readonly MinerHealth _health;
    private readonly TrackRecordEndpoint _trackRecord;
    private readonly DashboardEndpoint _dashboard;
    private readonly MinerSettings _settings;
    private readonly MinerMetrics _metrics;
    private readonly RequestDelegate? _exporter;
    private readonly TimeProvider _clock;
    private readonly ILogger<MinerEndpoints> _logger;

    /// <summary>The class is public for the heads. Its dependencies are internal, so the container can't construct it by itself.</summary>
    internal MinerEndpoints(IServiceProvider services)
    {
        _requests = services.GetRequiredService<RequestReader>();
        _challenges = services.GetRequiredService<ChallengeService>();
        _responses = services.GetRequiredService<ProtocolResponses>();
        _refusals = services.GetRequiredService<RefusalResponses>();
        _activity = services.GetRequiredService<CallerActivity>();
        _after = services.GetRequiredService<AfterAnswer>();
        _health = services.GetRequiredService<MinerHealth>();
        _trackRecord = services.GetRequiredService<TrackRecordEndpoint>();
        _dashboard = services.GetRequiredService<DashboardEndpoint>();
        _settings = services.GetRequiredService<MinerSettings>();
        _metrics = services.GetRequiredService<MinerMetrics>();
        _exporter = _settings.Metrics == MetricsEndpoint.Prometheus ? PrometheusExport.Handler(services) : null;
        _clock = services.GetRequiredService<TimeProvider>();
        _logger = services.GetRequiredService<ILogger<MinerEndpoints>>();
    }

    /// <summary>
    /// <c>POST /Challenge</c>. Returns when the answer is sent and the work that follows it is done, such as the write of its record, so
    /// that a host may freeze the process afterwards.
    /// </summary>
    public Task ChallengeAsync(HttpContext context) => ChallengeAsync(context, _after.FinishAsync);

    /// <summary>The same for a host whose process goes on: returns when the answer is sent.</summary>
    internal Task AnswerChallengeAsync(HttpContext context) =>
        ChallengeAsync(
            context,
            (answered, record) =>
            {
                _after.Begin(answered, record);
                return Task.CompletedTask;
            }
        );

    private Task ChallengeAsync(HttpContext context, Func<LiveForecast, ForecastRecord?, Task> follow) =>
        SynapseAsync(
            context,
            SynapseNames.Challenge,
            "Send the challenge with POST.",
            async request =>
            {
                var result = await _challenges.AnswerAsync(request, context.RequestAborted);
                if (result.Refusal is { } refusal)
                {
                    await _refusals.WriteAsync(context, refusal, request);
                    return;
                }

                var answer = result.Value;
                using (_metrics.Begin("respond"))
                {
                    await _responses.WriteAnswerAsync(context, request, answer);
                }

                var latency = request.Deadline.Elapsed;
                _metrics.Answered(answer.Forecast.Forecast is null ? "answered_null" : "answered", request.Format, latency);
                _activity.Answered(answer.Caller?.Hotkey.PublicKey, latency);
                await follow(answer.Forecast, Record(answer, latency));
            }
        );

    /// <summary><c>POST /Synapse</c>: a ping, echoed to callers that may send a challenge.</summary>
    public Task PingAsync(HttpContext context) =>
        SynapseAsync(
            context,
            SynapseNames.Synapse,
            "Send the synapse with POST.",
            async request =>
            {
                if (await _challenges.PingAsync(request, context.RequestAborted) is { } refusal)
                {
                    await _refusals.WriteAsync(context, refusal, request);
                    return;
                }

                await _responses.WriteEchoAsync(context, request);
                _metrics.Answered("echoed", request.Format, request.Deadline.Elapsed);
            }
        );

    /// <summary><c>GET /health/live</c>: whether the process responds.</summary>
    public Task LiveAsync(HttpContext context) => GuardedAsync(context, _ => HealthAnswer.Live.WriteAsync(context));

    /// <summary><c>GET /health/ready</c>, public: each part's state; 200 when the miner can forecast, else 503.</summary>
    public Task ReadyAsync(HttpContext context) => HealthAsync(context, HealthAnswer.Public);

    /// <summary>
    /// <c>GET /health/details</c>: the same with the reasons. The head must have checked that the caller is the operator.
    /// </summary>
    public Task HealthDetailsAsync(HttpContext context) => HealthAsync(context, HealthAnswer.Detailed);

    /// <summary>
    /// <c>GET /api/track-record</c>: how good the forecasts were. The head must have checked that the caller is the operator.
    /// </summary>
    public Task TrackRecordAsync(HttpContext context) => GuardedAsync(context, _ => _trackRecord.AnswerAsync(context));

    /// <summary><c>GET /openapi.json</c>: describes the track record's route, also for the operator alone.</summary>
    public Task OpenApiAsync(HttpContext context) => GuardedAsync(context, _ => TrackRecordEndpoint.DescribeAsync(context));

    /// <summary>
    /// <c>GET /</c> and <c>GET /dashboard</c>: the dashboard's page. The head must have checked that the caller is the operator.
    /// </summary>
    public Task DashboardAsync(HttpContext context) =>
        DashboardAsync(context, _settings.Dashboard != DashboardMode.Off, DashboardEndpoint.WritePageAsync);

    /// <summary><c>GET /api/dashboard</c>: what the page shows. The head must have checked that the caller is the operator.</summary>
    public Task DashboardDataAsync(HttpContext context) =>
        DashboardAsync(context, _settings.Dashboard != DashboardMode.Off, c => _dashboard.WriteDataAsync(c, isOperator: true));

    /// <summary><c>GET /public</c>: the dashboard's page for everybody if <c>Dashboard</c> is set to <c>public</c>, else 404.</summary>
    public Task PublicDashboardAsync(HttpContext context) =>
        DashboardAsync(context, _settings.Dashboard == DashboardMode.Public, DashboardEndpoint.WritePageAsync);

    /// <summary><c>GET /public/data</c>: what that page shows, without the details of the health parts.</summary>
    public Task PublicDashboardDataAsync(HttpContext context) =>
        DashboardAsync(context, _settings.Dashboard == DashboardMode.Public, c => _dashboard.WriteDataAsync(c, isOperator: false));

    /// <summary>Whether <see cref="MetricsAsync"/> answers anything but 404.</summary>
    public bool HasMetrics => _exporter is not null;

    /// <summary>
    /// <c>GET /metrics</c>: for Prometheus if <c>Metrics</c> is set to <c>prometheus</c>, else 404. The head must have checked that the
    /// caller is the operator.
    /// </summary>
    public Task MetricsAsync(HttpContext context) =>
        GuardedAsync(context, deadline => _exporter is { } export ? export(context) : RefuseOtherAsync(context, deadline));

    /// <summary>Refuses a route of the operator to another caller.</summary>
    public Task RefuseOperatorRouteAsync(HttpContext context) =>
        GuardedAsync(
            context,
            deadline =>
            {
                context.Response.Headers.WWWAuthenticate = _settings.OperatorToken is null
                    ? "Bearer"
                    : new StringValues(["Bearer", "Basic realm=\"Bittbridge miner\", charset=\"UTF-8\""]);
                return _refusals.WriteAsync(context, OperatorOnly, deadline);
            }
        );

    /// <summary>Every other path: a 404 in the protocol's format.</summary>
    public Task OtherAsync(HttpContext context) => GuardedAsync(context, deadline => RefuseOtherAsync(context, deadline));

    private Task DashboardAsync(HttpContext context, bool isThere, Func<HttpContext, Task> write) =>
        GuardedAsync(context, deadline => isThere ? write(context) : RefuseOtherAsync(context, deadline));

    private Task HealthAsync(HttpContext context, Func<HealthReport, HealthAnswer> answer) =>
        GuardedAsync(
            context,
            async _ =>
            {
                var report = await _health.CheckAsync(context.RequestAborted);
                await answer(report).WriteAsync(context);
            }
        );

    private Task SynapseAsync(HttpContext context, string name, string remedy, Func<IncomingRequest, Task> answer) =>
        GuardedAsync(
            context,
            async deadline =>
            {
                // Synapse names are case-sensitive; routes are not.
                if (!string.Equals(context.Request.Path.Value, "/" + name, StringComparison.Ordinal))
                {
                    await RefuseOtherAsync(context, deadline);
                    return;
                }

                // HTTP methods are case-sensitive, too.
                if (!string.Equals(context.Request.Method, HttpMethods.Post, StringComparison.Ordinal))
                {
                    context.Response.Headers.Allow = HttpMethods.Post;
                    await _refusals.WriteAsync(
                        context,
                        new(StatusCodes.Status405MethodNotAllowed, RefusalReason.MethodNotAllowed, remedy),
                        deadline
                    );
                    return;
                }

                var request = await _requests.ReadAsync(context, deadline);
                await (
                    request.Refusal is { } refusal ? _refusals.WriteAsync(context, refusal, deadline, echoes: true) : answer(request.Value)
                );
            }
        );

    private Task RefuseOtherAsync(HttpContext context, Deadline deadline)
    {
        // The SDK's axon looks at the first segment only. Its message would call a known name unknown when the path has an extra slash.
        var path = context.Request.Path.Value ?? "";
        var name = path.TrimStart('/').Split('/')[0];
        var message = name is SynapseNames.Challenge or SynapseNames.Synapse
            ? SynapseNames.NotItsPath(Plain(path), name)
            : SynapseNames.NotFound(Plain(name));
        return _refusals.WriteAsync(context, new(StatusCodes.Status404NotFound, RefusalReason.NotFound, message), deadline);
    }

    // The quoted text is also logged, so a stranger's text must not look like a log line of the miner.
    private static string Plain(string text) => string.Concat(text.Take(64).Select(c => c is >= ' ' and < '\x7f' ? c : '?'));

    /// <summary>Logs an answer.</summary>
    /// <returns>Its record; null if it has no forecast.</returns>
    private ForecastRecord? Record(ChallengeAnswer answer, TimeSpan latency)
    {
        var live = answer.Forecast;
        if (live.Forecast is not { } forecast || live.Series is not { } series)
        {
            ChallengeLog.AnsweredNull(_logger, answer.CallerName, latency.TotalMilliseconds, live.Reason);
            return null;
        }

        // The forecast is not logged: until its hour is over, only the answer may show it.
        ChallengeLog.Answered(_logger, answer.CallerName, live.Model.ToString(), live.Source, latency.TotalMilliseconds);
        return new(series, live.Model, live.MadeAt, forecast, latency, answer.CallerName)
        {
            HasPermit = answer.HasPermit,
            Calibration = live.Calibration,
            Role = live.Role,
            LastPrice = live.LastPrice,
        };
    }

    private async Task GuardedAsync(HttpContext context, Func<Deadline, Task> handle)
    {
        var deadline = new Deadline(_clock, _settings.Budget);
        try
        {
            await handle(deadline);
            if (_logger.IsEnabled(LogLevel.Debug))
            {
                var (method, path) = (Plain(context.Request.Method), Plain(context.Request.Path.Value ?? ""));
                ChallengeLog.Handled(_logger, method, path, context.Response.StatusCode);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller disconnected; there is no one to answer.
        }
        // The outermost handler: an unexpected exception becomes an id for the caller and a log line.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var id = Guid.NewGuid().ToString();
            ChallengeLog.Failed(_logger, exception, id);
            _metrics.Failed(IncomingRequest.HeadersOf(context.Request).Format, deadline.Elapsed);
            if (!context.Response.HasStarted)
            {
                context.Response.Headers.Clear();
                await _responses.WriteRefusalAsync(
                    context,
                    new(StatusCodes.Status500InternalServerError, RefusalReason.Unexpected, $"Internal Server Error #{id}"),
                    DendriteEcho.None,
                    deadline
                );
            }
        }
    }
}
