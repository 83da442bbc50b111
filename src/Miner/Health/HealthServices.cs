using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Health;

/// <summary>Registers the health checks and the rule for who may see the details.</summary>
internal static class HealthServices
{
    public static IServiceCollection AddMinerHealth(this IServiceCollection services, SettingsReading reading)
    {
        // Settings are read once, so the part exists only where a secret is missing.
        if (reading.UnresolvedSecrets.Any())
        {
            services.AddHealthChecks().AddCheck<SecretsHealth>("secrets");
        }

        services
            .AddHealthChecks()
            .AddCheck<PricesHealth>("prices")
            .AddCheck<SourceHealth>("source")
            .AddCheck<StorageHealth>("storage")
            .AddCheck<ModelHealth>("model")
            .AddCheck<AccessHealth>("access")
            .AddCheck<ReplayHealth>("replay")
            .AddCheck<CallersHealth>("callers");

        // The framework logs every failing check at each request; the publisher logs changes only.
        services.AddLogging(logging =>
            logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None)
        );
        return services
            .AddSingleton<HealthPrices>()
            .AddSingleton<IHealthCheckPublisher, HealthPublisher>()
            .Configure<HealthCheckPublisherOptions>(publishing => publishing.Period = HealthPublisher.Period)
            .AddSingleton<MinerHealth>()
            .AddSingleton<OperatorAccess>();
    }
}
