using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// Reads the track record. One page of 1,000 rows holds the figures of two models for a year. Forecasts whose hour is not over are left
/// out, whatever storage holds.
/// </summary>
public sealed class TrackRecordReader(MinerTables tables, PriceSeries series, TimeProvider clock)
{
    /// <exception cref="RequestFailedException">Storage failed.</exception>
    public async Task<TrackRecordAnswer> ReadAsync(TrackRecordQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var now = clock.GetUtcNow();
        var days = new List<DayScore>();
        List<SlotScore>? slots = query.WithSlots ? [] : null;
        var table = tables.ForRequests(MinerTables.TrackRecord);
        var (from, until) = (TrackRecordKeys.From(query.From), TrackRecordKeys.Until(query.To));
        try
        {
            await foreach (
                var row in table.QueryAsync<TableEntity>(
                    TableClient.CreateQueryFilter($"PartitionKey eq {series.Name} and RowKey ge {from} and RowKey lt {until}"),
                    select: query.WithSlots ? null : DayRow.FigureColumns,
                    cancellationToken: ct
                )
            )
            {
                await AddAsync(table, row, query, now, days, slots, ct);
            }
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The first scoring creates the table.
        }

        return TrackRecordAnswer.Of(series.Name, query, days, slots);
    }

    private static async Task AddAsync(
        TableClient table,
        TableEntity row,
        TrackRecordQuery query,
        DateTimeOffset now,
        List<DayScore> days,
        List<SlotScore>? slots,
        CancellationToken ct
    )
    {
        if (DayRow.FiguresFrom(row) is not { } figures || !query.Includes(figures.Model))
        {
            return;
        }

        // After a clock was set back, storage may hold outcomes of forecasts that are not due yet.
        if (slots is null && !(figures.LastTarget > now))
        {
            days.Add(figures.Score);
            return;
        }

        // Pruning may have dropped the row since it was listed.
        var whole = row;
        if (slots is null)
        {
            var read = await table.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: ct);
            whole = read.HasValue ? read.Value : null;
        }

        if (whole is null || DayRow.From(whole) is not { } day)
        {
            return;
        }

        var score = day.Score(now);
        if (score.Answered == 0)
        {
            return;
        }

        days.Add(score);
        slots?.AddRange(day.Slots.Where(slot => slot.Target <= now).Select(slot => SlotScore.Of(slot, day.Model.ToString(), day.Role)));
    }
}
