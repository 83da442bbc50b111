using Bittbridge.Miner.Housekeeping;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Replay;

/// <summary>Registers replay protection.</summary>
internal static class ReplayServices
{
    /// <summary>How many nonces a process remembers: 1,200 new ones a second, each for as long as it can be replayed.</summary>
    private const int Remembered = 100_000;

    public static IServiceCollection AddReplayGuard(this IServiceCollection services) =>
        services
            .AddSingleton(provider => new NonceCache(Remembered, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<NonceStoreBreaker>()
            .AddSingleton<NonceStore>()
            .AddSingleton<PendingNonces>()
            .AddHostedService(provider =>
            {
                // Create the cache with the process, not with the first request, which would then count as signed before the start.
                provider.GetRequiredService<NonceCache>();
                return provider.GetRequiredService<PendingNonces>();
            })
            .AddSingleton<ReplayGuard>()
            .AddSingleton<IHousekeepingTask, NoncePruning>();
}
