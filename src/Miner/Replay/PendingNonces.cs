using System.Threading.Channels;
using Bittbridge.Bittensor.Authentication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// Stores the nonces that were reserved in memory only during an outage, while they could still be replayed, so that other instances refuse
/// them too. Its attempts also detect the end of the outage without delaying a challenge. When the miner stops, it waits for the rest.
/// </summary>
internal sealed class PendingNonces(NonceStore store, TimeProvider clock, ILogger<ReplayGuard> logger) : BackgroundService
{
    /// <summary>The interval between attempts, shorter than <see cref="NonceStoreBreaker.BreakDuration"/>.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits at most: less than the 30 s that a host allows for its whole stop.</summary>
    public static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(20);

    private readonly Channel<(NonceAttempt Attempt, long ReplayableUntil)> _pending = Channel.CreateUnbounded<(NonceAttempt, long)>();
    private int _count;

    /// <summary>How many nonces are not stored yet.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <param name="attempt">The attempt that was answered.</param>
    /// <param name="replayableUntil">When it can no longer be replayed, Unix nanoseconds.</param>
    public void Add(NonceAttempt attempt, long replayableUntil)
    {
        Interlocked.Increment(ref _count);
        if (!_pending.Writer.TryWrite((attempt, replayableUntil)))
        {
            // The miner has stopped storing. The Functions worker may still answer requests then.
            Interlocked.Decrement(ref _count);
            ReplayLog.StopsUnwritten(logger, 1);
        }
    }

    /// <summary>
    /// Waits for storage to come back, as long as the stop allows. On SelfHost the server has already stopped, so no nonce is added any
    /// more.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        if (Count > 0 && ExecuteTask is { } work)
        {
            ReplayLog.WritesBeforeStop(logger, Count, MaxStop.TotalSeconds);
            await Task.WhenAny(work, Task.Delay(MaxStop, clock, cancellationToken));
        }

        if (Count > 0)
        {
            ReplayLog.StopsUnwritten(logger, Count);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _pending.Reader.WaitToReadAsync(stoppingToken))
        {
            var (stored, usedTwice) = (0, 0);
            while (_pending.Reader.TryRead(out var nonce))
            {
                switch (await StoreAsync(nonce.Attempt, nonce.ReplayableUntil, stoppingToken))
                {
                    case Reservation.Reserved:
                        stored++;
                        break;
                    case Reservation.AlreadyUsed:
                        usedTwice++;
                        break;
                }

                Interlocked.Decrement(ref _count);
            }

            if (stored > 0)
            {
                ReplayLog.CaughtUp(logger, stored);
            }

            if (usedTwice > 0)
            {
                ReplayLog.TakenTwice(logger, usedTwice);
            }
        }
    }

    /// <returns>Null when the nonce can no longer be replayed.</returns>
    private async Task<Reservation?> StoreAsync(NonceAttempt attempt, long replayableUntil, CancellationToken ct)
    {
        while (replayableUntil >= UnixNanoseconds.Of(clock.GetUtcNow()))
        {
            try
            {
                var reservation = await store.ReserveAsync(attempt, ct);
                if (reservation is Reservation.Reserved or Reservation.AlreadyUsed)
                {
                    return reservation;
                }
            }
            // An unexpected failure loses one nonce; the others must still be stored.
#pragma warning disable CA1031
            catch (Exception exception) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
            {
                ReplayLog.CatchingUpFailed(logger, exception);
                return null;
            }

            await Task.Delay(RetryDelay, clock, ct);
        }

        return null;
    }
}
