using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Http;

/// <summary>
/// Maps the miner's routes with ASP.NET Core's routing, for a head that callers reach directly and whose process goes on after a request.
/// </summary>
public static class MinerEndpointMapping
{
    public static IEndpointRouteBuilder MapMiner(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var endpoints = app.ServiceProvider.GetRequiredService<MinerEndpoints>();
        var operators = app.ServiceProvider.GetRequiredService<OperatorAccess>();
        app.Map(MinerRoutes.Challenge, (RequestDelegate)endpoints.AnswerChallengeAsync);
        app.Map(MinerRoutes.Synapse, (RequestDelegate)endpoints.PingAsync);
        app.MapGet(MinerRoutes.Live, (RequestDelegate)endpoints.LiveAsync);
        app.MapGet(MinerRoutes.Ready, (RequestDelegate)endpoints.ReadyAsync);
        app.MapGet(MinerRoutes.HealthDetails, OperatorOnly(endpoints.HealthDetailsAsync));
        app.MapGet(MinerRoutes.TrackRecord, OperatorOnly(endpoints.TrackRecordAsync));
        app.MapGet(MinerRoutes.OpenApi, OperatorOnly(endpoints.OpenApiAsync));
        var dashboard = app.ServiceProvider.GetRequiredService<MinerSettings>().Dashboard;
        if (dashboard != DashboardMode.Off)
        {
            app.MapGet(MinerRoutes.Root, Dashboard(endpoints.DashboardAsync, endpoints.PublicDashboardAsync));
            app.MapGet(MinerRoutes.Dashboard, Dashboard(endpoints.DashboardAsync, endpoints.PublicDashboardAsync));
            app.MapGet(MinerRoutes.DashboardData, Dashboard(endpoints.DashboardDataAsync, endpoints.PublicDashboardDataAsync));
            app.MapGet(MinerRoutes.Public, (RequestDelegate)endpoints.PublicDashboardAsync);
            app.MapGet(MinerRoutes.PublicData, (RequestDelegate)endpoints.PublicDashboardDataAsync);
        }

        if (endpoints.HasMetrics)
        {
            app.MapGet(MinerRoutes.Metrics, OperatorOnly(endpoints.MetricsAsync));
        }

        app.Map(MinerRoutes.Other, (RequestDelegate)endpoints.OtherAsync);
        return app;

        RequestDelegate Dashboard(RequestDelegate handle, RequestDelegate handlePublic) =>
            dashboard == DashboardMode.Public
                ? context => (operators.Allows(context) ? handle : handlePublic)(context)
                : OperatorOnly(handle);

        RequestDelegate OperatorOnly(RequestDelegate handle) =>
            context => (operators.Allows(context) ? handle : endpoints.RefuseOperatorRouteAsync)(context);
    }
}
