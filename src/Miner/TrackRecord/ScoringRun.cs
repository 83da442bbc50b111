using Azure.Data.Tables;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// One run of the scoring: reads the forecasts after the cursor, assigns to each the price nearest to its target, and writes the outcomes
/// into the rows of the forecasts and then into the days, together with the cursor. Every step is idempotent and every write is conditional
/// on the ETag that was read, so that a run that dies, repeats or races another leaves the same rows as a single run.
/// </summary>
internal sealed class ScoringRun(MinerTables tables, IPriceStore prices, PriceSeries series, TimeProvider clock)
{
    /// <summary>How many forecasts one run scores; the next run continues from there.</summary>
    public const int MaxForecasts = 500;

    /// <summary>The longest time range of one run, so that it reads no more prices than the snapshot holds.</summary>
    private static readonly TimeSpan MaxRange = TimeSpan.FromDays(2);

    /// <summary>How long a nearer price may still arrive for a slot: a poll stores prices up to this age.</summary>
    private static readonly TimeSpan OpenFor = PriceRefresh.Stale;

    /// <summary>The maximum number of rows in a transaction.</summary>
    private const int MaxBatch = 100;

    /// <summary>
    /// The maximum number of day rows in a transaction. A full row has about 20 KB, with many callers 40 KB; a transaction may have 4 MB.
    /// </summary>
    private const int MaxDays = 40;

    /// <param name="written">Called for each new or revised outcome as soon as it is stored, because a repeated run does not store it
    /// again.</param>
    /// <param name="ct">Cancels the run.</param>
    /// <exception cref="Azure.RequestFailedException">Storage failed, or another run was first with one of the rows.</exception>
    public Task RunAsync(Action<MaturedForecast, ScoredSlot> written, CancellationToken ct) =>
        tables.UseAsync(
            MinerTables.TrackRecord,
            days => tables.UseAsync(MinerTables.Forecasts, forecasts => RunAsync(forecasts, days, written, ct), ct),
            ct
        );

    private async Task RunAsync(TableClient forecasts, TableClient days, Action<MaturedForecast, ScoredSlot> written, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await prices.ReadAsync(ct) is not { } snapshot)
        {
            return;
        }

        var stored = await days.GetEntityIfExistsAsync<TableEntity>(series.Name, TrackRecordKeys.Cursor, cancellationToken: ct);
        var read = stored.HasValue ? ScoringCursor.From(stored.Value!) : null;
        if ((read ?? await StartAsync(forecasts, snapshot, ct))?.Follow(snapshot.Poll.GapFilledAt, now) is not { } cursor)
        {
            return;
        }

        var (matured, isCut) = await ReadAsync(forecasts, cursor.Through, now, ct);
        var settled = PriceSlot.NearestTo(now - OpenFor);
        var done = isCut && matured[^1].Slot < settled ? matured[^1].Slot : settled;
        var next = cursor with { Through = done > cursor.Through ? done : cursor.Through };
        var outcomes = Outcomes(matured, await PricesAsync(snapshot, matured, ct));
        await WriteOutcomesAsync(forecasts, outcomes, written, ct);
        var changes = await DaysAsync(days, outcomes, ct);
        if (next != read)
        {
            changes.Add(Write(next.ToEntity(series.Name), stored.HasValue ? stored.Value!.ETag : null));
        }

        // The cursor comes last, so that it never passes a day that is not written.
        foreach (var batch in changes.Chunk(MaxDays))
        {
            await days.SubmitTransactionAsync(batch, ct);
        }
    }

    /// <summary>A cursor just before the first forecast of the series; null if there is none.</summary>
    private async Task<ScoringCursor?> StartAsync(TableClient forecasts, PriceSnapshot snapshot, CancellationToken ct)
    {
        var (first, end) = (
            ForecastKeys.Partition(series, DateTimeOffset.UnixEpoch),
            ForecastKeys.Partition(series, DateTimeOffset.MaxValue)
        );
        await foreach (
            var row in forecasts.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey le {end}"),
                maxPerPage: 1,
                select: ["PartitionKey", "RowKey", "MadeAt"],
                cancellationToken: ct
            )
        )
        {
            if (row.Value<DateTimeOffset>("MadeAt") is { } madeAt && PriceBounds.IsPossible(madeAt))
            {
                return new(PriceSlot.NearestTo(madeAt + Forecast.Horizon - PriceSlot.Step), snapshot.Poll.GapFilledAt);
            }
        }

        return null;
    }

    /// <summary>The matured forecasts after a slot, oldest first.</summary>
    /// <returns>Whole slots, and whether more follow.</returns>
    private async Task<(List<MaturedForecast> Forecasts, bool IsCut)> ReadAsync(
        TableClient forecasts,
        PriceSlot after,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var matured = new List<MaturedForecast>();
        var (from, until) = (PriceSlot.NearestTo(after.Time + PriceSlot.Step), PriceSlot.NearestTo(now + PriceSlot.Step));
        var (firstDay, lastDay) = (ForecastKeys.Partition(series, from.Time), ForecastKeys.Partition(series, until.Time));
        var (first, end) = (PriceKeys.Row(from), PriceKeys.Row(until));
        await foreach (
            var row in forecasts.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter(
                    $"PartitionKey ge {firstDay} and PartitionKey le {lastDay} and RowKey ge {first} and RowKey lt {end}"
                ),
                maxPerPage: MaxForecasts + 1,
                cancellationToken: ct
            )
        )
        {
            if (MaturedForecast.From(row) is not { } forecast || forecast.Target > now)
            {
                continue;
            }

            if (matured.Count > 0 && forecast.Slot > matured[^1].Slot && IsFull(matured, forecast))
            {
                return (matured, true);
            }

            matured.Add(forecast);
        }

        return (matured, false);
    }

    private static bool IsFull(List<MaturedForecast> matured, MaturedForecast next) =>
        matured.Count >= MaxForecasts || next.Slot.Time - matured[0].Slot.Time > MaxRange;

    /// <summary>The prices around the targets: from the snapshot and, if it begins later, also from the history.</summary>
    private async Task<PriceHistory> PricesAsync(PriceSnapshot snapshot, List<MaturedForecast> matured, CancellationToken ct)
    {
        if (matured.Count == 0)
        {
            return PriceHistory.Empty;
        }

        var (from, to) = (matured[0].Slot.Time - PriceSlot.Step, matured[^1].Slot.Time + PriceSlot.Step);
        return snapshot.IsWhole && !snapshot.History.IsEmpty && snapshot.History[0].Time <= from
            ? snapshot.History
            : snapshot.History.Merge((await prices.ReadHistoryAsync(from, to, ct)).Points());
    }

    private static List<(MaturedForecast Forecast, ScoredSlot? Outcome)> Outcomes(List<MaturedForecast> matured, PriceHistory prices) =>
        [.. matured.Select(forecast => (forecast, forecast.Outcome(prices)))];

    private static async Task WriteOutcomesAsync(
        TableClient forecasts,
        List<(MaturedForecast Forecast, ScoredSlot? Outcome)> outcomes,
        Action<MaturedForecast, ScoredSlot> written,
        CancellationToken ct
    )
    {
        var changes = new List<(TableEntity Row, MaturedForecast Forecast, ScoredSlot Outcome)>();
        foreach (var (forecast, found) in outcomes)
        {
            if (found is { } outcome && forecast.Change(outcome) is { } row)
            {
                changes.Add((row, forecast, outcome));
            }
        }

        foreach (var batch in changes.GroupBy(change => change.Row.PartitionKey).SelectMany(day => day.Chunk(MaxBatch)))
        {
            await forecasts.SubmitTransactionAsync(
                batch.Select(change => new TableTransactionAction(TableTransactionActionType.UpdateMerge, change.Row, change.Row.ETag)),
                ct
            );
            foreach (var (_, forecast, outcome) in batch)
            {
                written(forecast, outcome);
            }
        }
    }

    /// <summary>The writes that bring the days of these forecasts up to date.</summary>
    private async Task<List<TableTransactionAction>> DaysAsync(
        TableClient days,
        List<(MaturedForecast Forecast, ScoredSlot? Outcome)> outcomes,
        CancellationToken ct
    )
    {
        if (outcomes.Count == 0)
        {
            return [];
        }

        var rows = await ReadDaysAsync(
            days,
            TrackRecordKeys.DayOf(outcomes[0].Forecast.Slot),
            TrackRecordKeys.DayOf(outcomes[^1].Forecast.Slot),
            ct
        );
        var changes = new List<TableTransactionAction>();
        foreach (var group in outcomes.GroupBy(pair => TrackRecordKeys.Row(DayOf(pair.Forecast), pair.Forecast.Model, pair.Forecast.Role)))
        {
            var known = rows.GetValueOrDefault(group.Key);
            var first = group.First().Forecast;
            if ((known is null ? DayRow.New(DayOf(first), first.Model, first.Role) : DayRow.From(known)) is not { } day)
            {
                // A newer version of the miner wrote this row.
                continue;
            }

            foreach (var (forecast, outcome) in group)
            {
                day.Put(forecast.Slot, outcome, forecast.Callers, forecast.MoreAnswers);
            }

            var entity = day.ToEntity(series.Name);
            if (known is null || !HasSame(known, entity))
            {
                changes.Add(Write(entity, day.Read));
            }
        }

        return changes;
    }

    private async Task<Dictionary<string, TableEntity>> ReadDaysAsync(TableClient days, DateOnly first, DateOnly last, CancellationToken ct)
    {
        var rows = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        var (from, until) = (TrackRecordKeys.From(first), TrackRecordKeys.Until(last));
        await foreach (
            var row in days.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {series.Name} and RowKey ge {from} and RowKey lt {until}"),
                cancellationToken: ct
            )
        )
        {
            rows[row.RowKey] = row;
        }

        return rows;
    }

    private static DateOnly DayOf(MaturedForecast forecast) => TrackRecordKeys.DayOf(forecast.Slot);

    /// <summary>Whether a row already holds the same outcomes and callers, from which the rest follows.</summary>
    private static bool HasSame(TableEntity stored, TableEntity entity) =>
        entity
            .Where(property => property.Value is byte[])
            .All(property =>
                stored.TryGetValue(property.Key, out var value) && value is byte[] bytes && bytes.SequenceEqual((byte[])property.Value)
            );

    private static TableTransactionAction Write(TableEntity entity, Azure.ETag? read) =>
        read is { } etag ? new(TableTransactionActionType.UpdateReplace, entity, etag) : new(TableTransactionActionType.Add, entity);
}
