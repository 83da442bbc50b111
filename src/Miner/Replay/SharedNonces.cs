using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// Takes nonces in the table that all instances share, and waits for it as long as that makes sense. A try whose reply is late gets a
/// second beside it, and is waited for still; a silent storage is given up after four seconds, a slow one only after six. Callers cannot
/// shorten the wait, or they could bypass the table.
/// </summary>
internal sealed class SharedNonces(NonceTable table, StorageReach reach, TimeProvider clock) : IDisposable
{
    /// <summary>
    /// The wait goes in parts, and what bounds it is their number: a process that stood still for seconds, as a frozen one does, has waited
    /// for one part only.
    /// </summary>
    public static readonly TimeSpan Part = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a turn is waited for, while the table answers others.</summary>
    public static readonly TimeSpan MaxQueueTime = TimeSpan.FromSeconds(9);

    /// <summary>
    /// How many requests ask the table at once; the others wait for their turn. Enough for 50 a second when a reply takes 300 ms, and few
    /// enough that a crowded storage answers each in time.
    /// </summary>
    private const int AtOnce = 16;

    /// <summary>
    /// Parts without any reply, to anybody, after which storage counts as out of reach: 4 s, or 0.5 s where it was found so before. A
    /// crowded storage may well say nothing for a second or two.
    /// </summary>
    private const int QuietParts = 16;
    private const int QuietPartsInOutage = 2;

    /// <summary>6 s, half of what the SDK's callers wait.</summary>
    private const int MaxParts = 24;

    /// <summary>The second try follows after 0.5 s, the third 1 s later, the fourth another 2 s later; after a failure, at once.</summary>
    private const int MaxTries = 4;
    private const int PartsToSecondTry = 2;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>Takes the attempt's nonce.</summary>
    /// <param name="attempt">Who takes what. May be asked again after <see cref="NonceTaking.Unknown"/>.</param>
    /// <param name="ct">Ends the wait; what was sent may count.</param>
    public async Task<NonceTaking> TakeAsync(NonceAttempt attempt, CancellationToken ct)
    {
        var outage = reach.Outage;
        if (await TurnAsync(ct) is { } instead)
        {
            return instead;
        }

        try
        {
            // Those who had their turn before may have found out that there is nobody to ask.
            return outage is null && reach.Outage is not null ? NonceTaking.Unknown : await TryAsync(attempt, ct);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>Waits for a turn; what is returned instead of null says why there is none.</summary>
    private async Task<NonceTaking?> TurnAsync(CancellationToken ct)
    {
        if (await _turns.WaitAsync(0, ct))
        {
            return null;
        }

        using var longest = new CancellationTokenSource(MaxQueueTime, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(longest.Token, ct);
        try
        {
            await _turns.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return reach.Outage is null ? NonceTaking.Busy : NonceTaking.Unknown;
        }

        return null;
    }

    private async Task<NonceTaking> TryAsync(NonceAttempt attempt, CancellationToken ct)
    {
        var asked = clock.GetTimestamp();
        var mostQuiet = reach.Outage is null ? QuietParts : QuietPartsInOutage;
        var open = new List<Task<NonceTry>>();
        var problem = "storage did not answer in time";
        var (tries, sinceTry, quiet, replies) = (0, 0, 0, reach.Replies);
        for (var part = 0; part < MaxParts && quiet < mostQuiet; part++)
        {
            if (tries < MaxTries && (open.Count == 0 || sinceTry >= PartsToSecondTry << (tries - 1)))
            {
                open.Add(OnceAsync(attempt, again: tries > 0));
                (tries, sinceTry) = (tries + 1, 0);
            }

            await WaitAsync(open, ct);
            foreach (var ended in open.Where(task => task.IsCompleted).ToList())
            {
                var result = await ended;
                if (result.Taking != NonceTaking.Unknown)
                {
                    return result.Taking;
                }

                open.Remove(ended);
                problem = result.Problem ?? problem;
            }

            if (open.Count == 0 && tries == MaxTries)
            {
                break;
            }

            if (open.Count == 0)
            {
                await Task.Delay(AfterFailure, clock, ct);
            }

            sinceTry++;
            (quiet, replies) = reach.Replies == replies ? (quiet + 1, replies) : (0, reach.Replies);
        }

        var outage = reach.Failed(asked, problem);

        // A row is there and nobody has said in time whose it is. Most likely it is another's, so no memory may overrule it.
        return attempt.MetRow ? NonceTaking.Before
            : outage ? NonceTaking.Unknown
            : NonceTaking.Busy;
    }

    /// <summary>Waits until a try ends, a part at most.</summary>
    private async Task WaitAsync(List<Task<NonceTry>> open, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny([.. open, Task.Delay(Part, clock, over.Token)]);
        await over.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    private async Task<NonceTry> OnceAsync(NonceAttempt attempt, bool again)
    {
        try
        {
            var own = await table.TryTakeAsync(attempt, again);
            reach.Replied();
            return new(own ? NonceTaking.Now : NonceTaking.Before, null);
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
        {
            return new(NonceTaking.Unknown, StorageFailures.InWords(exception));
        }
    }

    /// <param name="Taking">What came of a try.</param>
    /// <param name="Problem">Why nothing came of it.</param>
    private readonly record struct NonceTry(NonceTaking Taking, string? Problem);
}
