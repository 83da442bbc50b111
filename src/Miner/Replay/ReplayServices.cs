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
            .AddSingleton(provider => new NonceCache(Remembered, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<NonceStoreBreaker>()
            .AddSingleton<NonceStore>()
            .AddSingleton<PendingNonces>()
            .AddHostedService(provider =>
            {
                // The memory begins with the process, not with the first request, which would be from before it.
                provider.GetRequiredService<NonceCache>();
                return provider.GetRequiredService<PendingNonces>();
            })
            .AddSingleton<ReplayGuard>()
            .AddSingleton<IHousekeepingTask, NoncePruning>();
}
