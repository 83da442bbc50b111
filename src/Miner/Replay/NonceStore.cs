using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Polly;
using Polly.Hedging;
using Polly.Timeout;

namespace Bittbridge.Miner.Replay;

/// <summary>What the store says of a nonce.</summary>
internal enum Reservation
{
    /// <summary>Reserved by this attempt.</summary>
    Reserved,

    /// <summary>Reserved before by another attempt, here or in another instance.</summary>
    AlreadyUsed,

    /// <summary>Storage is unavailable.</summary>
    Unavailable,

    /// <summary>
    /// Storage answers, but too slowly. Memory must not decide then: a caller could cause this on purpose, and another instance may have
    /// the reply.
    /// </summary>
    Busy,
}

/// <summary>
/// The nonces that all instances share, in Table Storage: insert-only. A nonce always maps to the same row, so the insert is the whole
/// check. The wait for storage is bounded, and callers cannot shorten it, or they could bypass the store.
/// </summary>
internal sealed class NonceStore
{
    /// <summary>How long a reply is waited for before a second try starts beside the first.</summary>
    public static readonly TimeSpan HedgingDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>How long both tries may take. A crowded storage may well be silent for a second or two.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(4);

    /// <summary>The same while storage is known to be unavailable.</summary>
    public static readonly TimeSpan MaxWaitInOutage = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a request may wait in all, its turn included: under the 12 s after which the SDK's callers give up.</summary>
    public static readonly TimeSpan MaxWaitInAll = TimeSpan.FromSeconds(10);

    /// <summary>Past this a timeout says that the process stood still, and nothing about storage.</summary>
    private static readonly TimeSpan MaxTimerDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many requests ask storage at once: enough for 50 a second when a reply takes 300 ms, and few enough that a crowded storage
    /// answers each in time.
    /// </summary>
    private const int MaxConcurrent = 16;

    private static readonly ResiliencePropertyKey<NonceAttempt> Attempt = new("nonce-attempt");

    private readonly Lazy<TableClient> _table;
    private readonly NonceStoreBreaker _breaker;
    private readonly TimeProvider _clock;
    private readonly MinerMetrics _metrics;
    private readonly ResiliencePipeline<Reservation> _pipeline;

    public NonceStore(MinerTables tables, NonceStoreBreaker breaker, MinerMetrics metrics, TimeProvider clock)
    {
        _table = new(() => tables.Swift(MinerTables.Nonces));
        (_breaker, _metrics, _clock) = (breaker, metrics, clock);
        _pipeline = new ResiliencePipelineBuilder<Reservation> { TimeProvider = clock }
            .AddTimeout(MaxWaitInAll)
            .AddConcurrencyLimiter(MaxConcurrent, queueLimit: int.MaxValue)
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = _ => new(breaker.Outage is null ? MaxWait : MaxWaitInOutage) })
            .AddHedging(
                new HedgingStrategyOptions<Reservation>
                {
                    ShouldHandle = args =>
                        new(
                            args.Outcome.Exception is { } exception
                                && StorageFailures.IsOutOfReach(exception)
                                && !args.Context.CancellationToken.IsCancellationRequested
                        ),
                    MaxHedgedAttempts = 1,
                    Delay = HedgingDelay,
                }
            )
            .Build();
    }

    /// <summary>Reserves the attempt's nonce.</summary>
    /// <param name="attempt">May be used again after <see cref="Reservation.Unavailable"/> and <see cref="Reservation.Busy"/>.</param>
    /// <param name="ct">Ends the wait; what was sent may count.</param>
    public async Task<Reservation> ReserveAsync(NonceAttempt attempt, CancellationToken ct)
    {
        var reservation = await ExecuteAsync(attempt, ct);
        _metrics.Reserved(reservation);
        return reservation;
    }

    private async Task<Reservation> ExecuteAsync(NonceAttempt attempt, CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(Attempt, attempt);
        attempt.Enqueue(_breaker.Outage is not null);
        try
        {
            return await _pipeline.ExecuteAsync(TryAsync, context);
        }
        catch (Exception exception)
            when (exception is TimeoutRejectedException || (StorageFailures.IsOutOfReach(exception) && !ct.IsCancellationRequested))
        {
            return Failed(attempt, exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Reservation> TryAsync(ResilienceContext context)
    {
        var attempt = context.Properties.GetValue(Attempt, null!);
        if (!attempt.QueuedInOutage && _breaker.Outage is not null)
        {
            // A request whose turn came earlier has found that storage is unavailable.
            return Reservation.Unavailable;
        }

        // The storage call itself is bounded by the client's timeout: what was sent may count, and its reply says that storage is there.
        return await RequestAsync(attempt, attempt.Begin(_clock)).WaitAsync(context.CancellationToken);
    }

    private Reservation Failed(NonceAttempt attempt, Exception exception)
    {
        if (attempt.Began is not { } began)
        {
            return _breaker.Outage is null ? Reservation.Busy : Reservation.Unavailable;
        }

        var isTimeout = exception is TimeoutRejectedException;
        var stoodStill = isTimeout && _clock.GetElapsedTime(began) > MaxWait + MaxTimerDelay;
        var isOutage =
            !stoodStill && _breaker.Failed(began, isTimeout ? "storage did not answer in time" : StorageFailures.InWords(exception));

        // A row is there whose owner storage did not name in time. Most likely it is another's, so memory must not overrule it.
        return attempt.FoundRow ? Reservation.AlreadyUsed
            : isOutage ? Reservation.Unavailable
            : Reservation.Busy;
    }

    private async Task<Reservation> RequestAsync(NonceAttempt attempt, bool isFirst)
    {
        var owner = isFirst ? null : await OwnerAsync(attempt);
        owner ??= await InsertAsync(attempt);
        _breaker.Replied();
        return owner == attempt.Id ? Reservation.Reserved : Reservation.AlreadyUsed;
    }

    /// <returns>The attempt that owns the row afterwards.</returns>
    private async Task<Guid> InsertAsync(NonceAttempt attempt)
    {
        var entity = new NonceEntity
        {
            PartitionKey = attempt.Key.Slice,
            RowKey = attempt.Key.Hash,
            Attempt = attempt.Id,
        };
        try
        {
            try
            {
                await _table.Value.AddEntityAsync(entity);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
            {
                await _table.Value.CreateIfNotExistsAsync();
                await _table.Value.AddEntityAsync(entity);
            }

            return attempt.Id;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            attempt.FoundRow = true;
            return await OwnerAsync(attempt) ?? Guid.Empty;
        }
    }

    private async Task<Guid?> OwnerAsync(NonceAttempt attempt)
    {
        var row = await _table.Value.GetEntityIfExistsAsync<NonceEntity>(attempt.Key.Slice, attempt.Key.Hash);
        return row.HasValue ? row.Value!.Attempt : null;
    }
}

/// <summary>
/// One request that asks for its nonce. All its tries carry the same id, so that a row whose reply was lost is recognized as its own.
/// </summary>
/// <param name="key">The row of its nonce.</param>
internal sealed class NonceAttempt(ReplayKey key)
{
    private readonly Lock _gate = new();
    private volatile bool _foundRow;

    public ReplayKey Key { get; } = key;

    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Whether an insert has found a row in its place. Unless storage says that it is the attempt's own, it is another's.</summary>
    public bool FoundRow
    {
        get => _foundRow;
        set => _foundRow = value;
    }

    /// <summary>Whether storage was known to be unavailable when this attempt was queued.</summary>
    public bool QueuedInOutage { get; private set; }

    /// <summary>When the first try of this turn began, a timestamp of the clock; null while the attempt is queued.</summary>
    public long? Began { get; private set; }

    private bool _wasSent;

    public void Enqueue(bool inOutage) => (QueuedInOutage, Began) = (inOutage, null);

    /// <returns>Whether this is the first try of all: then no row can be its own yet.</returns>
    public bool Begin(TimeProvider clock)
    {
        lock (_gate)
        {
            Began ??= clock.GetTimestamp();
            var isFirst = !_wasSent;
            _wasSent = true;
            return isFirst;
        }
    }
}

/// <summary>A nonce that was reserved. The row never changes: the attempt that it names holds the nonce, however late the reply.</summary>
internal sealed class NonceEntity : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public Guid Attempt { get; set; }

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }
}
