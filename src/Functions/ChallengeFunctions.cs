using Bittbridge.Miner.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Bittbridge.Functions;

/// <summary>
/// The HTTP triggers of all endpoints. Each calls the miner's endpoint and returns when that is done; for a challenge, when its forecast is
/// recorded.
/// </summary>
public sealed class ChallengeFunctions(MinerEndpoints endpoints)
{
    [Function("Challenge")]
    public Task<IResult> ChallengeAsync(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            "get",
            "post",
            "put",
            "patch",
            "delete",
            "head",
            "options",
            Route = MinerRoutes.Challenge
        )]
            HttpRequest request
    ) => HandAsync(endpoints.ChallengeAsync, request);

    [Function("Synapse")]
    public Task<IResult> SynapseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options", Route = MinerRoutes.Synapse)]
            HttpRequest request
    ) => HandAsync(endpoints.PingAsync, request);

    [Function("Live")]
    public Task<IResult> LiveAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = MinerRoutes.Live)] HttpRequest request) =>
        HandAsync(endpoints.LiveAsync, request);

    [Function("Ready")]
    public Task<IResult> ReadyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = MinerRoutes.Ready)] HttpRequest request) =>
        HandAsync(endpoints.ReadyAsync, request);

    [Function("HealthDetails")]
    public Task<IResult> HealthDetailsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = MinerRoutes.HealthDetails)] HttpRequest request
    ) => HandAsync(endpoints.HealthDetailsAsync, request);

    [Function("Metrics")]
    public Task<IResult> MetricsAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = MinerRoutes.Metrics)] HttpRequest request) =>
        HandAsync(endpoints.MetricsAsync, request);

    [Function("OpenApi")]
    public Task<IResult> OpenApiAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = MinerRoutes.OpenApi)] HttpRequest request) =>
        HandAsync(endpoints.OpenApiAsync, request);

    [Function("TrackRecord")]
    public Task<IResult> TrackRecordAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = MinerRoutes.TrackRecord)] HttpRequest request
    ) => HandAsync(endpoints.TrackRecordAsync, request);

    [Function("Dashboard")]
    public Task<IResult> DashboardAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = MinerRoutes.Dashboard)] HttpRequest request
    ) => HandAsync(endpoints.DashboardAsync, request);

    [Function("DashboardData")]
    public Task<IResult> DashboardDataAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = MinerRoutes.DashboardData)] HttpRequest request
    ) => HandAsync(endpoints.DashboardDataAsync, request);

    /// <summary>Needs no key: unless the setting <c>Dashboard</c> is <c>public</c>, the miner answers 404.</summary>
    [Function("PublicDashboard")]
    public Task<IResult> PublicDashboardAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = MinerRoutes.Public)] HttpRequest request
    ) => HandAsync(endpoints.PublicDashboardAsync, request);

    [Function("PublicDashboardData")]
    public Task<IResult> PublicDashboardDataAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = MinerRoutes.PublicData)] HttpRequest request
    ) => HandAsync(endpoints.PublicDashboardDataAsync, request);

    /// <summary>
    /// The route of the empty path. The host would ignore an empty route, so this one is an optional segment of length 0. Its name sorts
    /// after those of the other routes, in case a host ignores the constraint.
    /// </summary>
    [Function("WebRoot")]
    public Task<IResult> WebRootAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "{nothing:maxlength(0)?}")] HttpRequest request
    ) => HandAsync(endpoints.DashboardAsync, request);

    /// <summary>
    /// The route of every other path. The host sorts functions by name, ignoring case, and takes the first route that matches, so this name
    /// must come last.
    /// </summary>
    [Function("ZOther")]
    public Task<IResult> OtherAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options", Route = MinerRoutes.Other)]
            HttpRequest request
    ) => HandAsync(endpoints.OtherAsync, request);

    private static async Task<IResult> HandAsync(RequestDelegate endpoint, HttpRequest request)
    {
        await endpoint(request.HttpContext);
        return Results.Empty;
    }
}
