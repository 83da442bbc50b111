using Bittbridge.Bittensor.Authentication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// What was taken while storage was out of reach, to be written down once it is back, for as long as it could be replayed: then the other
/// instances know of it too. Best effort, beside the challenges. It also is how an outage is found to be over, without any challenge that
/// waits to find out. A stop of the miner waits for it.
/// </summary>
internal sealed class NonceBacklog(SharedNonces shared, StorageReach reach, TimeProvider clock, ILogger<ReplayGuard> logger)
    : IHostedService,
        IDisposable
{
    /// <summary>
    /// How often storage is tried; sooner than <see cref="StorageReach.Rest"/> ends, so that challenges go on without it meanwhile.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits at most, less than the 30 s that a host allows for its whole stop.</summary>
    public static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(20);

    /// <summary>How many are written at once while storage answers; in an outage one tries for all.</summary>
    private const int MaxAtOnce = 8;

    private readonly Queue<(NonceAttempt Attempt, long Until)> _waiting = new();
    private readonly CancellationTokenSource _stopped = new();
    private Task _work = Task.CompletedTask;
    private bool _works;
    private int _unwritten;

    /// <param name="attempt">The attempt that was answered.</param>
    /// <param name="until">The moment past which it can't be replayed, Unix nanoseconds.</param>
    public void Add(NonceAttempt attempt, long until)
    {
        lock (_waiting)
        {
            _waiting.Enqueue((attempt, until));
            _unwritten++;
            if (!_works)
            {
                _works = true;
                _work = Task.Run(WorkAsync);
            }
        }
    }

    /// <summary>Ends when nothing is left to be written down.</summary>
    public Task Idle
    {
        get
        {
            lock (_waiting)
            {
                return _work;
            }
        }
    }

    private int Unwritten
    {
        get
        {
            lock (_waiting)
            {
                return _unwritten;
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Gives storage the rest of the stop's time to come back. The server has stopped before, so that nothing is added any more.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Unwritten > 0)
        {
            ReplayLog.WritesBeforeStop(logger, Unwritten, MaxStop.TotalSeconds);
            try
            {
                await Idle.WaitAsync(MaxStop, clock, cancellationToken);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                ReplayLog.StopsUnwritten(logger, Unwritten);
            }
        }
    }

    public void Dispose()
    {
        // A container disposes once for each service that this is registered as.
        if (!_stopped.IsCancellationRequested)
        {
            _stopped.Cancel();
            _stopped.Dispose();
        }
    }

    private async Task WorkAsync()
    {
        var (written, twice) = (0, 0);
        try
        {
            var ct = _stopped.Token;
            while (Next() is { Count: > 0 } some)
            {
                var takings = await Task.WhenAll(some.Select(one => shared.TakeAsync(one.Attempt, ct)));
                var undecided = some.Where((_, i) => takings[i] is not (NonceTaking.Now or NonceTaking.Before)).ToList();
                written += takings.Count(taking => taking == NonceTaking.Now);
                twice += takings.Count(taking => taking == NonceTaking.Before);
                PutBack(undecided, some.Count - undecided.Count);
                if (undecided.Count > 0)
                {
                    await Task.Delay(Pause, clock, ct);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The miner stops.
            return;
        }
        // Nobody awaits this work: what it throws would be lost, and it would never begin again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ReplayLog.CatchingUpFailed(logger, exception);
            lock (_waiting)
            {
                (_works, _unwritten) = (false, _waiting.Count);
            }
        }

        if (written > 0)
        {
            ReplayLog.CaughtUp(logger, written);
        }

        if (twice > 0)
        {
            ReplayLog.TakenTwice(logger, twice);
        }
    }

    /// <summary>The oldest that could still be replayed; none, and the work is over, when there are none.</summary>
    private List<(NonceAttempt Attempt, long Until)> Next()
    {
        var now = UnixNanoseconds.Of(clock.GetUtcNow());
        var most = reach.Outage is null ? MaxAtOnce : 1;
        List<(NonceAttempt, long)> some = [];
        lock (_waiting)
        {
            while (some.Count < most && _waiting.TryDequeue(out var oldest))
            {
                if (oldest.Until >= now)
                {
                    some.Add(oldest);
                }
                else
                {
                    _unwritten--;
                }
            }

            _works = some.Count > 0;
            return some;
        }
    }

    private void PutBack(IEnumerable<(NonceAttempt Attempt, long Until)> undecided, int decided)
    {
        lock (_waiting)
        {
            _unwritten -= decided;
            foreach (var one in undecided)
            {
                _waiting.Enqueue(one);
            }
        }
    }
}
