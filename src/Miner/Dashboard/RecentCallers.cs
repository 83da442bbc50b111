using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.Dashboard;

/// <summary>
/// Who was answered in the last hour, by any instance. It reads the rows of forecasts that have not matured; only callers, times and
/// latencies leave this class.
/// </summary>
internal sealed class RecentCallers(MinerTables tables, PriceSeries series, TimeProvider clock)
{
    /// <exception cref="RequestFailedException">Storage failed.</exception>
    public async Task<RecentAnswers> ReadAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        List<RecentAnswer> answers = [];
        var others = 0L;
        var newest = PriceSlot.NearestTo(now + Forecast.Horizon);
        var (first, last) = (ForecastKeys.Partition(series, now), ForecastKeys.Partition(series, newest.Time));
        var slot = PriceKeys.Row(PriceSlot.NearestTo(now));
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey le {last} and RowKey ge {slot}");
        try
        {
            await foreach (var row in tables.ForRequests(MinerTables.Forecasts).QueryAsync<TableEntity>(filter, cancellationToken: ct))
            {
                if (row.Text("Role") != nameof(ForecastRole.Shadow))
                {
                    answers.AddRange(
                        row.Keys.Where(ForecastKeys.IsCaller).Select(name => Answer(name, row.Text(name))).OfType<RecentAnswer>()
                    );
                    others += row.Value<long>(ForecastKeys.MoreAnswers) is > 0 and var more ? more : 0;
                }
            }
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The first answer creates the table.
        }

        return new(answers, others);
    }

    private static RecentAnswer? Answer(string name, string? told) =>
        // In a truncated row the last part may be the price of a forecast that has not matured.
        told?.Split(' ')
            is [var at, _, _, _, var latency]
        && DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var madeAt)
            ? new(
                name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..],
                madeAt,
                double.TryParse(latency, CultureInfo.InvariantCulture, out var ms) && double.IsFinite(ms) ? ms : null
            )
            : null;
}

/// <summary>The answers of the last hour.</summary>
/// <param name="Named">The answers whose caller is known: the first of each caller and slot.</param>
/// <param name="Others">The number of further answers.</param>
internal sealed record RecentAnswers(IReadOnlyList<RecentAnswer> Named, long Others)
{
    public static RecentAnswers None { get; } = new([], 0);
}

/// <summary>An answer of the last hour.</summary>
/// <param name="Caller">Who asked.</param>
/// <param name="At">When it was answered.</param>
/// <param name="LatencyMs">How long the answer took; null if the row lacks it.</param>
internal sealed record RecentAnswer(string Caller, DateTimeOffset At, double? LatencyMs);
