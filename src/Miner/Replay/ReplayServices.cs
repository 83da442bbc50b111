using Bittbridge.Miner.Housekeeping;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Replay;

/// <summary>Puts together what takes a request once.</summary>
internal static class ReplayServices
{
    /// <summary>How many nonces a process remembers: 1,200 new ones a second, each for as long as it can be replayed.</summary>
    private const int Remembered = 100_000;

    public static IServiceCollection AddReplayGuard(this IServiceCollection services) =>
        services
            .AddSingleton(provider => new RecentNonces(Remembered, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<StorageReach>()
            .AddSingleton<NonceTable>()
            .AddSingleton<SharedNonces>()
            .AddSingleton<NonceBacklog>()
            .AddHostedService(provider =>
            {
                // The memory begins with the process, not with the first request, which would be from before it.
                provider.GetRequiredService<RecentNonces>();
                return provider.GetRequiredService<NonceBacklog>();
            })
            .AddSingleton<IReplayGuard, ReplayGuard>()
            .AddSingleton<IHousekeepingTask, NoncePruning>();
}
