using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Dashboard;

/// <summary>Registers the dashboard.</summary>
internal static class DashboardServices
{
    public static IServiceCollection AddDashboard(this IServiceCollection services) =>
        services.AddSingleton<RecentCallers>().AddSingleton<DashboardReader>().AddSingleton<DashboardEndpoint>();
}
