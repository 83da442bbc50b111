using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>Registers the scoring and the reading of scores.</summary>
internal static class TrackRecordServices
{
    public static IServiceCollection AddTrackRecord(this IServiceCollection services) =>
        services
            .AddSingleton<ScoringRun>()
            .AddSingleton(provider => new ForecastScoring(
                provider.GetRequiredService<ScoringRun>(),
                provider.GetRequiredService<PriceSeries>(),
                provider.GetRequiredService<MinerMetrics>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<ForecastScoring>>()
            ))
            .AddSingleton<PollAndScore>()
            .AddSingleton<TrackRecordReader>()
            .AddSingleton<TrackRecordEndpoint>();
}
