using System.Buffers.Binary;
using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models.Rates;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>
/// Offshore rates in the table of the prices: one snapshot entity, written with its ETag, and a partition of history for each month.
/// </summary>
public sealed class TableRateStore(MinerTables tables, TimeProvider clock)
{
    /// <summary>
    /// The partition of the snapshot, and the first part of the name of a month's history, such as <c>usd-cnh-2026-11</c>.
    /// </summary>
    internal const string Series = "usd-cnh";

    private const int PointSize = 16;
    private const int MaxBatchSize = 100;
    private const int MaxCalls = 100_000;

    /// <summary>The snapshot; null when it is missing.</summary>
    public Task<RateSnapshot?> ReadAsync(CancellationToken ct) =>
        tables.UseAsync(MinerTables.Prices, async table => (await ReadAsync(table, isUpdate: false, ct)).Snapshot, ct);

    /// <summary>As <see cref="ReadAsync(CancellationToken)"/>, without retries and without creating the table.</summary>
    internal async Task<RateSnapshot?> ReadForRequestsAsync() =>
        (await ReadAsync(tables.ForRequests(MinerTables.Prices), isUpdate: false, CancellationToken.None)).Snapshot;

    /// <summary>Stores new rates, first in the history and then in the snapshot, also when another writer stores some meanwhile.</summary>
    /// <param name="source">The name of their source.</param>
    /// <param name="rates">The new rates.</param>
    /// <param name="poll">Updates the polling state; it may be called again with a newer state.</param>
    /// <param name="ct">Cancels the work.</param>
    public Task SaveAsync(
        string source,
        IReadOnlyCollection<RatePoint> rates,
        Func<RatePollState, RatePollState> poll,
        CancellationToken ct
    ) =>
        tables.UseAsync(
            MinerTables.Prices,
            async table =>
            {
                await WriteHistoryAsync(table, source, rates, ct);
                await OptimisticUpdate.UpdateOptimisticallyAsync(
                    async token =>
                    {
                        var (stored, etag) = await ReadAsync(table, isUpdate: true, token);
                        var known = RateHistory.FromPoints((stored?.Rates ?? RateHistory.Empty).Points.Concat(rates));
                        await table.WriteAsync(Entity(known, poll(stored?.Poll ?? new())), etag, token);
                    },
                    ct
                );
            },
            ct
        );

    private static async Task WriteHistoryAsync(
        TableClient table,
        string source,
        IReadOnlyCollection<RatePoint> rates,
        CancellationToken ct
    )
    {
        foreach (var month in rates.GroupBy(Partition))
        {
            foreach (var batch in month.DistinctBy(Row).Chunk(MaxBatchSize))
            {
                await table.SubmitTransactionAsync(
                    batch.Select(point => new TableTransactionAction(
                        TableTransactionActionType.UpsertReplace,
                        new TableEntity(month.Key, Row(point)) { ["Rate"] = point.Rate, ["Source"] = source }
                    )),
                    ct
                );
            }
        }
    }

    private static string Partition(RatePoint point) => string.Create(CultureInfo.InvariantCulture, $"{Series}-{point.KnownAt:yyyy-MM}");

    private static string Row(RatePoint point) => point.KnownAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task<(RateSnapshot? Snapshot, ETag? ETag)> ReadAsync(TableClient table, bool isUpdate, CancellationToken ct)
    {
        var response = await table.GetEntityIfExistsAsync<TableEntity>(Series, PriceKeys.Snapshot, cancellationToken: ct);
        if (!response.HasValue)
        {
            return (null, null);
        }

        var (row, now) = (response.Value!, clock.GetUtcNow());
        return (Snapshot(row, now, isUpdate ? PriceEntities.LatestTime(row, now) : now), row.ETag);
    }

    internal static TableEntity Entity(RateHistory rates, RatePollState poll) =>
        new(Series, PriceKeys.Snapshot)
        {
            ["Points"] = Pack([.. rates.Points.TakeLast(RateSnapshot.Capacity)]),
            ["AskedAt"] = poll.AskedAt,
            ["CallsThatDay"] = poll.CallsThatDay,
            ["FailuresInARow"] = poll.FailuresInARow,
            ["LastFault"] = poll.LastFailure?.Fault.ToString(),
            ["LastFailure"] = poll.LastFailure?.Detail,
            ["NotBefore"] = poll.NotBefore,
        };

    /// <summary>An impossible value is read as missing.</summary>
    internal static RateSnapshot Snapshot(TableEntity entity, DateTimeOffset now) => Snapshot(entity, now, now);

    private static RateSnapshot Snapshot(TableEntity entity, DateTimeOffset now, DateTimeOffset latest) =>
        new(
            RateHistory.FromPoints(Unpack(entity.Bytes("Points") ?? [], latest)),
            new()
            {
                AskedAt = entity.Value<DateTimeOffset>("AskedAt") is { } asked && PriceBounds.IsPast(asked, latest) ? asked : null,
                CallsThatDay = Count(entity, "CallsThatDay"),
                FailuresInARow = Count(entity, "FailuresInARow"),
                LastFailure = StoredPollState.Failure(entity) is { } failure ? failure with { IsOfRates = true } : null,
                NotBefore = StoredPollState.NotBefore(entity, now),
            }
        );

    private static int Count(TableEntity entity, string name) => entity.Value<int>(name) is { } count and >= 0 and <= MaxCalls ? count : 0;

    /// <summary>16 bytes a rate, little-endian: milliseconds since the Unix epoch (int64), CNH per USD (double).</summary>
    private static byte[] Pack(RatePoint[] points)
    {
        var bytes = new byte[points.Length * PointSize];
        for (var i = 0; i < points.Length; i++)
        {
            var point = bytes.AsSpan(i * PointSize, PointSize);
            BinaryPrimitives.WriteInt64LittleEndian(point, points[i].KnownAt.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteDoubleLittleEndian(point[8..], points[i].Rate);
        }

        return bytes;
    }

    /// <summary>The valid rates; a damaged one does not affect the others.</summary>
    private static List<RatePoint> Unpack(ReadOnlySpan<byte> bytes, DateTimeOffset latest)
    {
        var points = new List<RatePoint>(bytes.Length / PointSize);
        for (var rest = bytes; rest.Length >= PointSize; rest = rest[PointSize..])
        {
            var time = PriceBounds.Instant(BinaryPrimitives.ReadInt64LittleEndian(rest));
            var rate = BinaryPrimitives.ReadDoubleLittleEndian(rest[8..]);
            if (time is { } instant && PriceBounds.IsPast(instant, latest) && PriceBounds.IsRate(rate))
            {
                points.Add(new(instant, rate));
            }
        }

        return points;
    }
}
