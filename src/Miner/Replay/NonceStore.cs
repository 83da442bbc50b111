using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Telemetry;
using Polly;
using Polly.Fallback;
using Polly.Hedging;
using Polly.Timeout;

namespace Bittbridge.Miner.Replay;

/// <summary>The result of a reservation in the store.</summary>
internal enum Reservation
{
    /// <summary>Reserved by this attempt.</summary>
    Reserved,

    /// <summary>Reserved earlier by another attempt, in this or another instance.</summary>
    AlreadyUsed,

    /// <summary>Storage is unavailable.</summary>
    Unavailable,

    /// <summary>
    /// Storage answers, but too slowly. Memory must not decide then: a caller could cause this on purpose, and another instance may have
    /// reserved the nonce.
    /// </summary>
    Busy,
}

/// <summary>
/// The nonces that all instances share, in Table Storage: insert-only. A nonce always maps to the same row, so the insert is the whole
/// check. The wait for storage is bounded, and callers cannot shorten it, or they could bypass the store.
/// </summary>
internal sealed class NonceStore
{
    /// <summary>How long to wait for a reply before a second try starts beside the first.</summary>
    public static readonly TimeSpan HedgingDelay = TimeSpan.FromMilliseconds(400);

    /// <summary>How long both tries may take together, so that an answer leaves within a second even if storage does not reply.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// The same before the first reply of storage, counted from the start of the process, which then also connects and obtains its token.
    /// </summary>
    public static readonly TimeSpan MaxFirstWait = TimeSpan.FromSeconds(4);

    /// <summary>The same, while storage is known to be unavailable.</summary>
    public static readonly TimeSpan MaxWaitInOutage = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a request may wait in total, including the queue: less than the 12 s after which the SDK's callers give up.
    /// </summary>
    public static readonly TimeSpan MaxWaitInAll = TimeSpan.FromSeconds(10);

    /// <summary>A timeout that is this late was delayed by a suspended process, and says nothing about storage.</summary>
    private static readonly TimeSpan MaxTimerDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many requests use storage at once: the most validators that a subnet has by default (<c>max_allowed_validators</c>). If all of
    /// them ask at once, slow storage delays each by one turn only.
    /// </summary>
    private const int MaxConcurrent = 64;

    /// <summary>The name of the timeout of <see cref="MaxWaitInAll"/>, which distinguishes it from the timeout of a turn.</summary>
    private const string TotalTimeout = "total-timeout";

    /// <summary>The column with the attempt that owns the nonce. A row never changes, so that holds however late a reply is.</summary>
    private const string AttemptColumn = "Attempt";

    private static readonly ResiliencePropertyKey<NonceAttempt> Attempt = new("nonce-attempt");

    private readonly Lazy<TableClient> _table;
    private readonly NonceStoreBreaker _breaker;
    private readonly TimeProvider _clock;
    private readonly MinerMetrics _metrics;
    private readonly TimeSpan _maxWait;
    private readonly long _started;
    private readonly ResiliencePipeline<Reservation> _pipeline;

    public NonceStore(MinerTables tables, NonceStoreBreaker breaker, MinerMetrics metrics, TimeProvider clock)
        : this(tables, breaker, metrics, clock, MaxWait) { }

    /// <summary>With another <see cref="MaxWait"/>.</summary>
    internal NonceStore(MinerTables tables, NonceStoreBreaker breaker, MinerMetrics metrics, TimeProvider clock, TimeSpan maxWait)
    {
        _maxWait = maxWait;
        _table = new(() => tables.ForRequests(MinerTables.Nonces));
        (_breaker, _metrics, _clock, _started) = (breaker, metrics, clock, clock.GetTimestamp());
        _pipeline = new ResiliencePipelineBuilder<Reservation> { TimeProvider = clock }
            .AddTimeout(new TimeoutStrategyOptions { Name = TotalTimeout, Timeout = MaxWaitInAll })
            .AddConcurrencyLimiter(MaxConcurrent, queueLimit: int.MaxValue)
            // A failure is recorded before the place is free: otherwise the next request would begin a wait of its own.
            .AddFallback(
                new FallbackStrategyOptions<Reservation>
                {
                    ShouldHandle = args =>
                        new(args.Outcome.Exception is { } exception && IsFailure(exception, args.Context.CancellationToken)),
                    FallbackAction = args =>
                        Outcome.FromResultAsValueTask(Failed(args.Context.Properties.GetValue(Attempt, null!), args.Outcome.Exception!)),
                }
            )
            .AddTimeout(
                new TimeoutStrategyOptions
                {
                    TimeoutGenerator = args => new(args.Context.Properties.GetValue(Attempt, null!).MaxWait = CurrentMaxWait),
                }
            )
            .AddHedging(
                new HedgingStrategyOptions<Reservation>
                {
                    ShouldHandle = args =>
                        new(
                            args.Outcome.Exception is { } exception
                                && StorageFailures.IsUnavailable(exception)
                                && !args.Context.CancellationToken.IsCancellationRequested
                        ),
                    MaxHedgedAttempts = 1,
                    Delay = HedgingDelay,
                }
            )
            .Build();
    }

    private TimeSpan CurrentMaxWait =>
        _breaker.Outage is not null ? MaxWaitInOutage
        : _breaker.HasReplied ? _maxWait
        : TimeSpan.FromTicks(Math.Max((MaxFirstWait - _clock.GetElapsedTime(_started)).Ticks, _maxWait.Ticks));

    /// <summary>Opens the connection to storage, so that the first request does not wait for it. A failure has no effect.</summary>
    public async Task WarmUpAsync(CancellationToken ct)
    {
        try
        {
            // Neither the row nor the table needs to exist.
            await _table.Value.GetEntityIfExistsAsync<TableEntity>("warm-up", "warm-up", cancellationToken: ct);
            _breaker.Replied();
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            // The first request finds out.
        }
    }

    /// <summary>Reserves the attempt's nonce.</summary>
    /// <param name="attempt">Can be reused after <see cref="Reservation.Unavailable"/> and <see cref="Reservation.Busy"/>.</param>
    /// <param name="ct">Ends the wait; the request may already have taken effect.</param>
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
        attempt.Enqueue(_breaker.Outage is not null, _clock.GetTimestamp());
        Reservation reservation;
        try
        {
            reservation = await _pipeline.ExecuteAsync(TryAsync, context);
        }
        catch (Exception exception) when (IsFailure(exception, ct))
        {
            reservation = Failed(attempt, exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        // A late reply to an earlier try may have decided. This one was made all the same: it shows whether storage is back.
        return attempt.Decision ?? reservation;
    }

    private async ValueTask<Reservation> TryAsync(ResilienceContext context)
    {
        var attempt = context.Properties.GetValue(Attempt, null!);
        if (_breaker.Outage is { } outage && (!attempt.QueuedInOutage || outage.LastFailure > attempt.QueuedAt))
        {
            // An earlier request in the queue has found that storage is unavailable, or still is.
            return Reservation.Unavailable;
        }

        // The client's timeout bounds the storage call itself: the request may already have taken effect, and a late reply shows its owner.
        return await RequestAsync(attempt, attempt.Begin(_clock)).WaitAsync(context.CancellationToken);
    }

    /// <summary>Whether a wait was over or storage failed, and the wait was not canceled.</summary>
    private static bool IsFailure(Exception exception, CancellationToken ct) =>
        exception is TimeoutRejectedException || (StorageFailures.IsUnavailable(exception) && !ct.IsCancellationRequested);

    private Reservation Failed(NonceAttempt attempt, Exception exception)
    {
        // A turn that the wait in the queue cut short says nothing about storage.
        var isCutShort = exception is TimeoutRejectedException { TelemetrySource.StrategyName: TotalTimeout };
        if (attempt.Began is not { } began || isCutShort)
        {
            return attempt.FoundRow ? Reservation.AlreadyUsed
                : _breaker.Outage is null ? Reservation.Busy
                : Reservation.Unavailable;
        }

        var isTimeout = exception is TimeoutRejectedException;
        var stoodStill = isTimeout && _clock.GetElapsedTime(began) > attempt.MaxWait + MaxTimerDelay;
        var isOutage =
            !stoodStill && _breaker.Failed(began, isTimeout ? "storage did not answer in time" : StorageFailures.InWords(exception));

        // The row exists, but storage did not return its owner in time. It most likely belongs to another attempt, so memory must not
        // overrule it.
        return attempt.FoundRow ? Reservation.AlreadyUsed
            : isOutage ? Reservation.Unavailable
            : Reservation.Busy;
    }

    private async Task<Reservation> RequestAsync(NonceAttempt attempt, bool isFirst)
    {
        var asked = _clock.GetTimestamp();
        var owner = isFirst ? null : await OwnerAsync(attempt);
        if (owner is null)
        {
            asked = _clock.GetTimestamp();
            owner = await InsertAsync(attempt, asked);
        }

        var decision = owner == attempt.Id ? Reservation.Reserved : Reservation.AlreadyUsed;
        attempt.Decision = decision;
        NoteReply(attempt, asked);
        return decision;
    }

    /// <summary>
    /// Notes a reply that decides. One that is later than an answer may wait does not show that storage is available: if all are that late,
    /// memory must decide.
    /// </summary>
    private void NoteReply(NonceAttempt attempt, long asked)
    {
        if (_clock.GetElapsedTime(asked) <= (attempt.MaxWait > _maxWait ? attempt.MaxWait : _maxWait))
        {
            _breaker.Replied();
        }
    }

    /// <returns>The attempt that owns the row.</returns>
    private async Task<Guid> InsertAsync(NonceAttempt attempt, long asked)
    {
        var entity = new TableEntity(attempt.Key.Slice, attempt.Key.Hash) { [AttemptColumn] = attempt.Id };
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
            NoteReply(attempt, asked);
            return await OwnerAsync(attempt) ?? Guid.Empty;
        }
    }

    private async Task<Guid?> OwnerAsync(NonceAttempt attempt)
    {
        var row = await _table.Value.GetEntityIfExistsAsync<TableEntity>(attempt.Key.Slice, attempt.Key.Hash);
        return row.HasValue ? row.Value!.GetGuid(AttemptColumn) : null;
    }
}

/// <summary>
/// One request that reserves its nonce. All its tries carry the same id, so that it recognizes its own row when the reply was lost.
/// </summary>
/// <param name="key">The row of its nonce.</param>
internal sealed class NonceAttempt(ReplayKey key)
{
    private readonly Lock _gate = new();
    private volatile bool _foundRow;
    private Reservation? _decision;

    public ReplayKey Key { get; } = key;

    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Whether an insert found an existing row. It belongs to another attempt unless storage returns this attempt's id.</summary>
    public bool FoundRow
    {
        get => _foundRow;
        set => _foundRow = value;
    }

    /// <summary>The result, once a reply of storage has shown it; a row never changes, so it holds however late that reply was.</summary>
    public Reservation? Decision
    {
        get
        {
            lock (_gate)
            {
                return _decision;
            }
        }
        set
        {
            lock (_gate)
            {
                _decision = value;
            }
        }
    }

    /// <summary>Whether storage was known to be unavailable when this attempt was queued.</summary>
    public bool QueuedInOutage { get; private set; }

    /// <summary>When this attempt was queued, a timestamp of the clock.</summary>
    public long QueuedAt { get; private set; }

    /// <summary>When the first try of this turn began, a timestamp of the clock; null while the attempt is queued.</summary>
    public long? Began { get; private set; }

    /// <summary>How long this turn may take; an outage that another attempt detects meanwhile does not shorten it.</summary>
    public TimeSpan MaxWait { get; set; }

    private bool _wasSent;

    public void Enqueue(bool inOutage, long now) => (QueuedInOutage, QueuedAt, Began) = (inOutage, now, null);

    /// <returns>Whether this is the attempt's first try, so that no row can hold its id yet.</returns>
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
