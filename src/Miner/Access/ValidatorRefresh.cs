using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

/// <summary>
/// Reads the subnet from the chain (from two nodes when several are configured), reviews the result against the stored list, and stores it
/// for all instances. At most one read runs at a time, and never within a request. A failed read is in <see cref="LastFailure"/> and in
/// the log; the last list stays in use.
/// </summary>
internal sealed class ValidatorRefresh(
    ChainClient chain,
    IValidatorStore store,
    KnownValidators known,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<ValidatorRefresh> logger
) : IHousekeepingTask, IDisposable
{
    /// <summary>A request starts a background read when the list is older than this, in case housekeeping has failed to.</summary>
    public static readonly TimeSpan NeededAfter = TimeSpan.FromHours(2);

    /// <summary>Housekeeping skips the read when any instance has read a list more recently than this.</summary>
    public static readonly TimeSpan YoungEnough = TimeSpan.FromMinutes(10);

    /// <summary>The time between a held-back list and the second read of the chain.</summary>
    public static readonly TimeSpan SecondReadAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly RefreshBackoff _pace = new(clock);
    private readonly ListReview _review = new(
        chain.Nodes,
        settings.ValidatorsMaxAge,
        settings.Network.Trim() == "local" ? ListReview.FastBlockTime : ListReview.ChainBlockTime
    );
    private volatile string? _failure;
    private volatile string? _concern;
    private Task _running = Task.CompletedTask;

    public string Name => "Reading the subnet from the chain";

    /// <summary>Why the last read returned no list, in words; null when it returned one.</summary>
    public string? LastFailure => _failure;

    /// <summary>What a second node has yet to confirm; null when that is nothing, or when only one node is configured.</summary>
    public string? LastConcern => _concern;

    /// <summary>For housekeeping: waits until the list is fresh or the read has failed.</summary>
    public Task RunAsync(CancellationToken ct) => StartIfOlder(YoungEnough).WaitAsync(ct);

    /// <summary>Starts a background read when there is no list, an old one, or one that waits for its second read.</summary>
    public void StartIfNeeded() => StartIfOlder(NeededAfter);

    public void Dispose()
    {
        // A container disposes a singleton once for each service type that it is registered as.
        if (!_ending.IsCancellationRequested)
        {
            _ending.Cancel();
            _ending.Dispose();
        }
    }

    private Task StartIfOlder(TimeSpan age)
    {
        lock (_gate)
        {
            if (
                !_running.IsCompleted
                || settings.Access == AccessMode.Open
                || !_pace.MayRead
                || _ending.IsCancellationRequested
                || !IsDue(age)
            )
            {
                return _running;
            }

            // All callers share the read, so none of them can cancel it.
            var ct = _ending.Token;
            return _running = Task.Run(() => RefreshAsync(age, ct), CancellationToken.None);
        }
    }

    private bool IsDue(TimeSpan age)
    {
        var now = clock.GetUtcNow();
        return known.Record is not { List: { } list, HeldBack: var heldBack }
            || !list.IsGood(now, age)
            || heldBack?.IsGood(now, SecondReadAfter) == false
            || _concern is not null
            || (chain.Nodes > 1 && list.Evidence < ListEvidence.TwoNodes);
    }

    private async Task RefreshAsync(TimeSpan age, CancellationToken ct)
    {
        try
        {
            // Another instance may have read it meanwhile.
            await ReadStoreAsync(ct);
            if (IsDue(age))
            {
                await ReadAsync(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process ends.
        }
        // No caller may be waiting for this task, so an unexpected exception is logged here.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AccessLog.RefreshThrew(logger, exception);
            Fail("an unexpected error; see the log");
        }
    }

    private async Task ReadStoreAsync(CancellationToken ct)
    {
        try
        {
            if (await store.ReadAsync(ct) is { } stored)
            {
                known.Take(stored);
            }
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !ct.IsCancellationRequested)
        {
            AccessLog.StoreNotRead(logger, StorageFailures.InWords(exception));
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var (now, before) = (clock.GetUtcNow(), known.Record);
        var reads = await chain.ReadSubnetOfEachAsync(settings.Netuid, _review.IsEnough, ct);
        var reports = reads.Where(read => read.Read.Succeeded).Select(read => new NodeReport(read.Node, read.Read.Value!)).ToList();
        var failures = reads.Where(read => !read.Read.Succeeded).Select(read => read.Read.Failure!.Message).ToList();
        if (reports.Count == 0)
        {
            Fail(string.Join("; ", failures));
            return;
        }

        var result = await KeepAsync(reports, before, now, ct);
        failures.AddRange(result.Objections);
        if (result.IsReplaced)
        {
            Succeed(result, reports.Count, failures);
        }
        else
        {
            Fail(string.Join("; ", failures));
        }
    }

    private async Task<ListReviewResult> KeepAsync(
        List<NodeReport> reports,
        ValidatorRecord before,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        // Review against what another instance may have stored meanwhile.
        ListReviewResult? result = null;
        ValidatorRecord Changed(ValidatorRecord record) => (result = _review.Review(record, reports, now)).Record;
        try
        {
            known.Take(
                await store.UpdateAsync(stored => Changed(ValidatorRecord.Better(stored, before, now, settings.ValidatorsMaxAge)), ct)
            );
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !ct.IsCancellationRequested)
        {
            AccessLog.StoreNotWritten(logger, StorageFailures.InWords(exception));
            known.Take(Changed(before));
        }

        return result!;
    }

    private void Succeed(ListReviewResult result, int answered, List<string> failures)
    {
        var list = result.Record.List!;
        _failure = null;
        AccessLog.Refreshed(logger, settings.Netuid, list.Subnet.Neurons.Count, list.Permits, list.Subnet.Block);
        if (settings.Hotkey is { } hotkey && !list.IsRegistered(Ss58Address.Parse(hotkey).PublicKey))
        {
            AccessLog.NotRegistered(logger, hotkey, settings.Netuid);
        }

        var concern = Concern(result, answered, failures);
        if (concern is null)
        {
            _pace.Succeeded();
        }
        else
        {
            // Until a second node answers, ask again with the backoff of a failure.
            _pace.Failed();
            if (_concern is null)
            {
                AccessLog.OneNodesWord(logger, settings.Netuid, concern);
            }
        }

        _concern = concern;
    }

    private string? Concern(ListReviewResult result, int answered, List<string> failures)
    {
        if (
            chain.Nodes == 1
            || (answered > 1 && result is { Waiting: 0, Objections.Count: 0, Record.List.Evidence: ListEvidence.TwoNodes })
        )
        {
            return null;
        }

        var waiting =
            result.Waiting > 0 ? $"{result.Waiting} new hotkeys or permits do not count until a second node reports them"
            : result.Record.List!.Evidence == ListEvidence.TwoNodes
                ? "a new hotkey or permit would not count until a second node reports it"
            : answered > 1 ? "the nodes contradict each other; only what two of them report counts"
            : "no second node has confirmed the list, which is used provisionally";
        return failures.Count == 0 ? waiting : $"{waiting} ({string.Join("; ", failures)})";
    }

    private void Fail(string failure)
    {
        AccessLog.NotRead(logger, settings.Netuid, failure);
        _failure = failure;
        _pace.Failed();
    }
}
