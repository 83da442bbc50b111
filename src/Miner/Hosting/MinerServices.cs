using Bittbridge.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bittbridge.Miner;

/// <summary>Puts the miner together, for any head.</summary>
public static class MinerServices
{
    /// <summary>The whole miner but its HTTP mapping and its timers.</summary>
    /// <exception cref="SettingsException">A setting can't be used.</exception>
    public static MinerBuilder AddMiner(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(SettingsReader.Read(configuration));
        services.TryAddSingleton(TimeProvider.System);
        services.AddPrices();
        services.AddAccess();
        services.AddReplayGuard();
        services.AddSingleton<IForecastLog, TableForecastLog>();
        services.AddSingleton<IIntervalEstimator>(provider => new ResidualIntervalEstimator(provider.GetRequiredService<MinerSettings>().Level));
        services.AddServing();
        services.AddSingleton(provider => provider.GetRequiredService<MinerSettings>().Limits);
        services.AddSingleton<CallerLimits>();
        services.AddSingleton<RefusalLimit>();
        services.AddSingleton<RefusalTally>();
        services.AddSingleton<Gate>();
        services.AddSingleton<Taking>();
        services.AddSingleton<ChallengeService>();
        services.AddSingleton<PingService>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<ProtocolResponses>();
        services.AddSingleton<RefusalResponses>();
        services.AddSingleton<ForecastRecording>();
        services.AddSingleton<HealthReport>();
        services.AddSingleton<MinerEndpoints>();
        services.AddSingleton<IChore, ForecastPruning>();
        services.AddSingleton<Housekeeping>();
        services.AddHostedService<MinerLifetime>();
        return new MinerBuilder(services).AddModel<LastPriceModel>().AddModel<MovingAverageModel>().AddModel<ExponentialSmoothingModel>();
    }

    /// <summary>The timers, for a head that has none of its own.</summary>
    public static IServiceCollection AddMinerSchedule(this IServiceCollection services) => services.AddHostedService<MinerSchedule>();
}
