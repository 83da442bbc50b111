using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>
/// What was taken while storage was out of reach, to be written down once it is back, for as long as it could be replayed: then the other instances know of it too.
/// Best effort, beside the challenges. It also is how an outage is found to be over, without any challenge that waits to find out.
/// </summary>
internal sealed class NonceBacklog(SharedNonces shared, TimeProvider clock, ILogger<ReplayGuard> logger) : IDisposable
{
    /// <summary>How often storage is tried; sooner than <see cref="StorageReach.Rest"/> ends, so that challenges go on without it meanwhile.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Queue<(NonceAttempt Attempt, long Until)> _waiting = new();
    private readonly CancellationTokenSource _stopped = new();
    private Task _work = Task.CompletedTask;
    private bool _works;

    /// <param name="attempt">The attempt that was answered.</param>
    /// <param name="until">The moment past which it can't be replayed, Unix nanoseconds.</param>
    public void Add(NonceAttempt attempt, long until)
    {
        lock (_waiting)
        {
            _waiting.Enqueue((attempt, until));
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

    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task WorkAsync()
    {
        var (written, twice) = (0, 0);
        try
        {
            var ct = _stopped.Token;
            while (Next() is { } next)
            {
                switch (await shared.TakeAsync(next, ct).ConfigureAwait(false))
                {
                    case NonceTaking.Now:
                        Done();
                        written++;
                        break;
                    case NonceTaking.Before:
                        Done();
                        twice++;
                        break;
                    default:
                        await Task.Delay(Pause, clock, ct).ConfigureAwait(false);
                        break;
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
                (_works, _) = (false, _waiting.TryDequeue(out _));
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

    /// <summary>The oldest that could still be replayed; null, and the work is over, when there is none.</summary>
    private NonceAttempt? Next()
    {
        var now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        lock (_waiting)
        {
            while (_waiting.TryPeek(out var oldest))
            {
                if (oldest.Until >= now)
                {
                    return oldest.Attempt;
                }

                _waiting.Dequeue();
            }

            _works = false;
            return null;
        }
    }

    private void Done()
    {
        lock (_waiting)
        {
            _waiting.Dequeue();
        }
    }
}
