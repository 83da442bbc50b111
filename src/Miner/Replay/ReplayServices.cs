using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner;

/// <summary>Puts together what takes a request once.</summary>
internal static class ReplayServices
{
    /// <summary>How many nonces a process remembers: 1,200 new ones a second, each for as long as it can be replayed.</summary>
    private const int Remembered = 100_000;

    public static IServiceCollection AddReplayGuard(this IServiceCollection services) => services
        .AddSingleton(provider => new RecentNonces(Remembered, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<StorageReach>()
        .AddSingleton<NonceTable>()
        .AddSingleton<SharedNonces>()
        .AddSingleton<NonceBacklog>()
        .AddSingleton<IReplayGuard, ReplayGuard>()
        .AddSingleton<IChore, NoncePruning>();
}
