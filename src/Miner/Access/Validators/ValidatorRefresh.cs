using System.Globalization;
using Bittbridge.Bittensor;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>
/// Reads the subnet from the chain, judges what it says beside what is known, and keeps it for all instances. One read at a time, whoever asks, and never on the way of a
/// challenge. What the chain does wrong ends in <see cref="LastFailure"/> and the log; the last list goes on.
/// </summary>
public sealed class ValidatorRefresh(ChainClient chain, IValidatorStore store, KnownValidators known, MinerSettings settings, TimeProvider clock, ILogger<ValidatorRefresh> logger) : IChore, IDisposable
{
    /// <summary>From this age on a list is read again when somebody calls, should housekeeping not have done it.</summary>
    public static readonly TimeSpan NeededAfter = TimeSpan.FromHours(2);

    /// <summary>What is younger than this, read by whichever instance, housekeeping leaves as it is.</summary>
    public static readonly TimeSpan YoungEnough = TimeSpan.FromMinutes(10);

    /// <summary>How long after a list was held back the chain is looked at a second time.</summary>
    public static readonly TimeSpan SecondLookAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ReadingPace _pace = new(clock);
    private volatile string? _failure;
    private Task _running = Task.CompletedTask;

    public string Name => "Reading the subnet from the chain";

    /// <summary>Why the last read gave no list, in words; null when it gave one.</summary>
    public string? LastFailure => _failure;

    /// <summary>Housekeeping's turn: waits until the list is young or could not be read.</summary>
    public Task RunAsync(CancellationToken ct) => StartIfOlder(YoungEnough).WaitAsync(ct);

    /// <summary>Reads behind whoever asks, where there is no list, an old one or one that waits for its second look.</summary>
    public void StartIfNeeded() => StartIfOlder(NeededAfter);

    public void Dispose()
    {
        // A container disposes once for each service that this is registered as.
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
            if (!_running.IsCompleted || settings.Access == AccessMode.Open || !_pace.MayRead || _ending.IsCancellationRequested || !IsDue(age))
            {
                return _running;
            }

            // The read belongs to everybody at once, so none of them can cancel it.
            var ct = _ending.Token;
            return _running = Task.Run(() => RefreshAsync(age, ct), CancellationToken.None);
        }
    }

    private bool IsDue(TimeSpan age)
    {
        var now = clock.GetUtcNow();
        return known.Record is not { List: { } list, HeldBack: var heldBack } || !list.IsGood(now, age) || heldBack?.IsGood(now, SecondLookAfter) == false;
    }

    private async Task RefreshAsync(TimeSpan age, CancellationToken ct)
    {
        try
        {
            // Another instance may have read it meanwhile.
            await LookAtStoreAsync(ct).ConfigureAwait(false);
            if (IsDue(age))
            {
                await ReadAsync(ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process ends.
        }
        // Nobody may be waiting for this, so what nobody expected is told here.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AccessLog.RefreshThrew(logger, exception);
            Fail("an unexpected failure, which the log has");
        }
    }

    private async Task LookAtStoreAsync(CancellationToken ct)
    {
        try
        {
            if (await store.ReadAsync(ct).ConfigureAwait(false) is { } stored)
            {
                known.Take(stored);
            }
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception) && !ct.IsCancellationRequested)
        {
            AccessLog.StoreNotRead(logger, StorageFailures.InWords(exception));
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var (now, before) = (clock.GetUtcNow(), known.Record);
        SubnetSnapshot? doubtful = null;
        var read = await chain.ReadSubnetAsync(settings.Netuid, subnet =>
        {
            var verdict = before.Judge(subnet, now, settings.ValidatorsMaxAge);
            doubtful ??= verdict == Replacement.NeedsSecondLook ? subnet : null;
            return Objection(verdict, subnet, before);
        }, ct).ConfigureAwait(false);

        if ((read.Succeeded ? read.Value : doubtful) is { } told)
        {
            await KeepAsync(told, before, now, ct).ConfigureAwait(false);
        }

        if (read.Succeeded)
        {
            Succeed(read.Value!);
        }
        else
        {
            AccessLog.NotRead(logger, settings.Netuid, read.Failure.Message);
            Fail(read.Failure.Message);
        }
    }

    private static string? Objection(Replacement verdict, SubnetSnapshot subnet, ValidatorRecord before) => verdict switch
    {
        Replacement.Allowed => null,
        Replacement.NeedsSecondLook => string.Create(CultureInfo.InvariantCulture, $"most of the hotkeys or permits of block {before.List!.Subnet.Block} are gone at block {subnet.Block}; a second look will tell"),
        Replacement.OlderBlock => string.Create(CultureInfo.InvariantCulture, $"block {subnet.Block} is older than the last list's, block {before.List!.Subnet.Block}"),
        _ => "the list is of another subnet",
    };

    private async Task KeepAsync(SubnetSnapshot subnet, ValidatorRecord before, DateTimeOffset now, CancellationToken ct)
    {
        ValidatorRecord Changed(ValidatorRecord record) => record.With(subnet, now, settings.ValidatorsMaxAge);
        try
        {
            known.Take(await store.UpdateAsync(stored => Changed(ValidatorRecord.Newest(stored, before)), ct).ConfigureAwait(false));
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception) && !ct.IsCancellationRequested)
        {
            AccessLog.StoreNotWritten(logger, StorageFailures.InWords(exception));
            known.Take(Changed(before));
        }
    }

    private void Succeed(SubnetSnapshot subnet)
    {
        _failure = null;
        _pace.Succeeded();
        AccessLog.Refreshed(logger, subnet.Netuid, subnet.Neurons.Count, subnet.Neurons.Count(neuron => neuron.Permit), subnet.Block);
        if (settings.Hotkey is { } hotkey && !subnet.Neurons.Any(neuron => neuron.Hotkey == Ss58Address.Parse(hotkey).PublicKey))
        {
            AccessLog.NotRegistered(logger, hotkey, subnet.Netuid);
        }
    }

    private void Fail(string failure)
    {
        _failure = failure;
        _pace.Failed();
    }
}
