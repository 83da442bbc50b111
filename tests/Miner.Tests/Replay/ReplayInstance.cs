using System.Security.Cryptography;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Prices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Replay;

/// <summary>
/// One instance of the miner, as far as it takes requests once. A call to storage has nine minutes, so that with a stopped clock storage is
/// never too slow, however busy the machine is.
/// </summary>
internal sealed class ReplayInstance : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="storage">Its storage, which other instances may share.</param>
    /// <param name="mode">The setting.</param>
    /// <param name="clock">Its clock; one of its own, which is stopped, when null.</param>
    /// <param name="remembered">How many nonces it remembers; as many as the miner does when null.</param>
    /// <param name="maxWait">How long it waits for storage; as long as the miner does when null.</param>
    public ReplayInstance(
        StorageSettings storage,
        ReplayMode mode = ReplayMode.Durable,
        TimeProvider? clock = null,
        int? remembered = null,
        TimeSpan? maxWait = null
    )
    {
        Clock = clock ?? new WatchedClock();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log))
            .AddSingleton(new MinerSettings { Storage = storage, Replay = mode })
            .AddSingleton(new MinerTables(storage, TimeSpan.FromMinutes(9)))
            .AddSingleton(Clock)
            .AddMinerMetrics()
            .AddReplayGuard();
        if (maxWait is { } wait)
        {
            services.AddSingleton(provider => new NonceStore(
                provider.GetRequiredService<MinerTables>(),
                provider.GetRequiredService<NonceStoreBreaker>(),
                provider.GetRequiredService<MinerMetrics>(),
                Clock,
                wait
            ));
        }

        if (remembered is { } capacity)
        {
            services.AddSingleton(new NonceCache(capacity, Clock));
        }

        _services = services.BuildServiceProvider();

        // What a host starts.
        Assert.Same(Pending, _services.GetServices<IHostedService>().Single());
        Assert.True(Pending.StartAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    public IServiceProvider Services => _services;

    public TimeProvider Clock { get; }

    public KeptLog Log { get; } = new();

    public NonceStoreBreaker Breaker => _services.GetRequiredService<NonceStoreBreaker>();

    public PendingNonces Pending => _services.GetRequiredService<PendingNonces>();

    public HealthCheckResult Health => ActivatorUtilities.CreateInstance<ReplayHealth>(_services).Check();

    public IHousekeepingTask Pruning => _services.GetServices<IHousekeepingTask>().Single();

    /// <summary>A caller that has just signed.</summary>
    /// <param name="clock">Its clock.</param>
    /// <param name="session">Its session; one of its own when null.</param>
    /// <param name="ahead">How far its clock is ahead.</param>
    public static Caller Signed(TimeProvider clock, string? session = null, TimeSpan ahead = default)
    {
        var nonce = UnixNanoseconds.Of(clock.GetUtcNow() + ahead);
        var key = new PublicKey(RandomNumberGenerator.GetBytes(PublicKey.Length));
        return new Caller(
            new Ss58Address(key),
            TestSubnet.Bob.PublicKey,
            WireFormat.V10,
            session ?? Guid.NewGuid().ToString(),
            nonce,
            default,
            NonceWindow.DefaultTimeout
        );
    }

    public Caller Signed(string? session = null, TimeSpan ahead = default) => Signed(Clock, session, ahead);

    /// <summary>The status that the guard gives: 200 for a request that was taken.</summary>
    public async Task<int> TakeAsync(Caller caller) => (await RefusalAsync(caller))?.Status ?? 200;

    /// <summary>Takes a nonce up to the second try, which storage is to receive as well.</summary>
    /// <param name="clock">The clock of this instance.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="received">How many tries storage has received.</param>
    /// <returns>What goes on.</returns>
    public async Task<Task<int>> TakeTwiceAsync(WatchedClock clock, Caller caller, Func<int> received)
    {
        clock.Forget();
        var taking = TakeAsync(caller);
        await clock.WaitBeginsAsync(NonceStore.HedgingDelay);
        clock.Advance(NonceStore.HedgingDelay);
        await Polling.UntilAsync(() => received() == 2);
        return taking;
    }

    public Task<Refusal?> RefusalAsync(Caller caller) => _services.GetRequiredService<ReplayGuard>().ReserveAsync(caller);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
