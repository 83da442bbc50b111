using Bittbridge.Miner.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Bittbridge.Functions;

/// <summary>
/// The HTTP triggers: the challenge, the ping and, beside them, every other endpoint. They hand over and return once the miner is done, its
/// record written.
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

    /// <summary>
    /// The host sorts functions by name, ignoring case, and takes the first route that fits, so the name of the one for every path must
    /// come last.
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
