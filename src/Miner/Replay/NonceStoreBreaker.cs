using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// A circuit breaker for the nonce store: after a failure, requests skip storage for <see cref="BreakDuration"/>, so that one request
/// detects the outage and the others do not wait for it. A slow storage that still answers some requests in time is not an outage.
/// </summary>
internal sealed class NonceStoreBreaker(MinerSettings settings, MinerMetrics metrics, TimeProvider clock, ILogger<ReplayGuard> logger)
{
    /// <summary>How long challenges skip storage after a failure.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private long? _lastReply;
    private long _withoutStore;
    private NonceStoreOutage? _outage;

    /// <summary>How many requests were decided without the store since the process started.</summary>
    public long WithoutStore => Volatile.Read(ref _withoutStore);

    /// <summary>Null while storage is available, as far as the miner knows.</summary>
    public NonceStoreOutage? Outage => Volatile.Read(ref _outage);

    /// <summary>Whether storage has replied since the process started.</summary>
    public bool HasReplied
    {
        get
        {
            lock (_gate)
            {
                return _lastReply is not null;
            }
        }
    }

    /// <summary>Whether it is too early after a failure to try storage again.</summary>
    public bool IsOpen => Outage is { } outage && clock.GetElapsedTime(outage.LastFailure) < BreakDuration;

    /// <summary>Records a reply within the time that an answer may wait for one.</summary>
    public void Replied()
    {
        NonceStoreOutage? ended;
        lock (_gate)
        {
            _lastReply = clock.GetTimestamp();
            (ended, _outage) = (_outage, null);
        }

        if (ended is not null)
        {
            ReplayLog.StorageIsBack(logger, clock.GetUtcNow() - ended.Since, ended.Requests);
        }
    }

    /// <summary>Records a failed request. It is an outage only when no other request has had a reply since then.</summary>
    /// <param name="asked">When the request was sent, a timestamp of the clock.</param>
    /// <param name="problem">The failure, in words.</param>
    /// <returns>Whether it is an outage.</returns>
    public bool Failed(long asked, string problem)
    {
        bool begins;
        lock (_gate)
        {
            if (_lastReply > asked)
            {
                return false;
            }

            begins = _outage is null;
            _outage = (_outage ?? new(clock.GetUtcNow(), problem, 0, 0)) with { Problem = problem, LastFailure = clock.GetTimestamp() };
        }

        if (begins)
        {
            metrics.OutageBegan();
        }

        if (begins && settings.Replay == ReplayMode.Strict)
        {
            ReplayLog.NoCallerIsAnswered(logger, problem);
        }
        else if (begins)
        {
            ReplayLog.FellBack(logger, problem);
        }

        return true;
    }

    /// <summary>Counts a request that was decided without the store.</summary>
    public void CountWithout()
    {
        lock (_gate)
        {
            _withoutStore++;
            _outage = _outage is null ? null : _outage with { Requests = _outage.Requests + 1 };
        }
    }
}

/// <summary>A period in which the nonce store is unavailable.</summary>
/// <param name="Since">When it was detected.</param>
/// <param name="Problem">The last failure, in words.</param>
/// <param name="LastFailure">When that was, a timestamp of the clock.</param>
/// <param name="Requests">How many requests were decided without the store.</param>
internal sealed record NonceStoreOutage(DateTimeOffset Since, string Problem, long LastFailure, int Requests);
