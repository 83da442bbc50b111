using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Notifications;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bittbridge.Miner;

/// <summary>Registers the miner's services, for any head.</summary>
public static class MinerServices
{
    /// <summary>Registers the whole miner, except its HTTP mapping and its timers.</summary>
    /// <exception cref="SettingsException">A setting can't be used.</exception>
    public static MinerBuilder AddMiner(this IServiceCollection services, IConfiguration configuration)
    {
        var reading = SettingsReader.Examine(configuration);
        _ = reading.Usable();
        return services.AddMiner(reading);
    }

    /// <summary>
    /// The same, with settings that were read before. A tool that checks only some parts may pass settings that a miner can't start with.
    /// </summary>
    public static MinerBuilder AddMiner(this IServiceCollection services, SettingsReading reading)
    {
        var settings = reading.Settings;
        services.AddSingleton(reading);
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMinerMetrics();
        services.AddPrometheusExport(settings);
        services.AddHostedService<MinerGauges>();
        services.AddPrices();
        services.AddAccess();
        services.AddReplayGuard();
        services.AddHostedService<NonceStoreWarmUp>();
        services.AddSingleton<IForecastLog, TableForecastLog>();
        services.AddSingleton<IIntervalEstimator>(
            new CalibratedIntervalEstimator(ShippedCalibration.Value, settings.Aim, settings.Level, settings.LearnsFromErrors)
        );
        services.AddServing();
        services.AddSingleton(provider => provider.GetRequiredService<MinerSettings>().Limits);
        services.AddSingleton<CallerLimits>();
        services.AddSingleton<RefusalLimit>();
        services.AddSingleton<RefusalLogThrottle>();
        services.AddSingleton<Admission>();
        services.AddSingleton<ChallengeService>();
        services.AddRequestCounts();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<ProtocolResponses>();
        services.AddSingleton<RefusalResponses>();
        services.AddSingleton<ForecastRecording>();
        services.AddSingleton<PendingWork>();
        services.AddTrackRecord();
        services.AddMinerHealth(reading);
        services.AddRates(settings.Prices);
        services.AddDashboard();
        services.AddNotifications(settings);
        services.AddSingleton(provider => new MinerEndpoints(provider));
        services.AddSingleton<IHousekeepingTask, ForecastPruning>();
        services.AddSingleton<HousekeepingRunner>();
        services.AddHostedService<MinerLifetime>();
        // After MinerLifetime, so that it stops before: the work needs the models, which MinerLifetime cleans up.
        services.AddHostedService(provider => provider.GetRequiredService<PendingWork>());
        services.AddBuiltInModels(settings);
        services.AddHttpModel(settings);
        return new(services);
    }

    /// <summary>Creates the configured model, as the start does.</summary>
    /// <exception cref="SettingsException">The settings name a model that can't be used.</exception>
    public static void MakeConfiguredModel(this IServiceProvider services) => services.GetRequiredService<ForecastService>();

    /// <summary>Adds the counts of answered and refused requests, of this instance and of all.</summary>
    private static void AddRequestCounts(this IServiceCollection services)
    {
        services.AddSingleton<RequestTally>();
        services.AddHostedService(provider => provider.GetRequiredService<RequestTally>());
        services.AddSingleton<InstanceCounts>();
        services.AddHostedService(provider => provider.GetRequiredService<InstanceCounts>());
        services.AddSingleton<IHousekeepingTask>(provider => provider.GetRequiredService<InstanceCounts>());
    }

    private static void AddBuiltInModels(this IServiceCollection services, MinerSettings settings)
    {
        foreach (var model in BuiltInModels.Create())
        {
            services.AddSingleton(model);
        }

        if (settings.LinearModel is { } path)
        {
            services.AddSingleton(LinearModelFile.Read(path));
        }
    }

    /// <summary>Registers the timers, for a head that has none of its own.</summary>
    public static IServiceCollection AddMinerSchedule(this IServiceCollection services) => services.AddHostedService<MinerSchedule>();
}
