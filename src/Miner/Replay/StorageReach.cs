using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// What this process knows of whether the table of nonces can be reached, so that in an outage one request finds out and the others need
/// not. Slow is not down: while storage answers anything, waiting requests keep waiting.
/// </summary>
internal sealed class StorageReach(MinerSettings settings, TimeProvider clock, ILogger<ReplayGuard> logger)
{
    /// <summary>How long after a failure nobody asks on a challenge's way.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private long _lastReply;
    private long _replies;
    private long _withoutTable;
    private StorageOutage? _outage;

    /// <summary>How many replies have come; a changed number means that storage is there.</summary>
    public long Replies => Volatile.Read(ref _replies);

    /// <summary>How many requests were decided without the table since the process started.</summary>
    public long WithoutTable => Volatile.Read(ref _withoutTable);

    /// <summary>Null while storage is well, as far as is known.</summary>
    public StorageOutage? Outage => Volatile.Read(ref _outage);

    /// <summary>Whether it is too early after a failure to ask again.</summary>
    public bool Rests => Outage is { } outage && clock.GetElapsedTime(outage.LastFailure) < Rest;

    /// <summary>A reply has come, however late.</summary>
    public void Replied()
    {
        StorageOutage? ended;
        lock (_gate)
        {
            _replies++;
            _lastReply = clock.GetTimestamp();
            (ended, _outage) = (_outage, null);
        }

        if (ended is not null)
        {
            ReplayLog.StorageIsBack(logger, clock.GetUtcNow() - ended.Since, ended.Requests);
        }
    }

    /// <summary>What was asked then has come to nothing. It is an outage only if nobody else has had a reply since.</summary>
    /// <param name="asked">A timestamp of the clock.</param>
    /// <param name="problem">In words.</param>
    /// <returns>Whether it is an outage.</returns>
    public bool Failed(long asked, string problem)
    {
        bool begins;
        lock (_gate)
        {
            if (_replies > 0 && _lastReply > asked)
            {
                return false;
            }

            begins = _outage is null;
            _outage = (_outage ?? new(clock.GetUtcNow(), problem, 0, 0)) with { Problem = problem, LastFailure = clock.GetTimestamp() };
        }

        if (begins && settings.Replay == ReplayMode.Strict)
        {
            ReplayLog.NobodyIsAnswered(logger, problem);
        }
        else if (begins)
        {
            ReplayLog.FellBack(logger, problem);
        }

        return true;
    }

    /// <summary>Counts a request that was decided without the table.</summary>
    public void Without()
    {
        lock (_gate)
        {
            _withoutTable++;
            _outage = _outage is null ? null : _outage with { Requests = _outage.Requests + 1 };
        }
    }
}
