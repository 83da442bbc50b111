using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// Shares request counts between instances through one table row per instance and day. Every minute each instance stores its counts if they
/// have changed. No answer depends on this.
/// </summary>
internal sealed class InstanceCounts : BackgroundService, IHousekeepingTask
{
    public const string Partition = "requests";

    /// <summary>How often the counts are stored.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How old the counts of the other instances may be in the health report, which is made every minute.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    private const int Format = 1;
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>A property holds 32,768 characters, and a caller takes 250 at most.</summary>
    private const int MaxCallers = 100;

    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(5);

    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly RequestTally _tally;
    private readonly CallerActivity _activity;
    private readonly MinerTables _tables;
    private readonly TimeProvider _clock;
    private readonly ILogger<InstanceCounts> _logger;
    private readonly BackgroundRefresh _refresh;
    private Dictionary<string, string> _stored = [];
    private volatile IReadOnlyList<Row> _others = [];

    public InstanceCounts(
        RequestTally tally,
        CallerActivity activity,
        MinerTables tables,
        TimeProvider clock,
        ILogger<InstanceCounts> logger
    )
    {
        (_tally, _activity, _tables, _clock, _logger) = (tally, activity, tables, clock, logger);
        _refresh = new(RefreshAsync, clock, logger);
    }

    public string Name => "Pruning the counts of instances";

    private DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

    /// <summary>
    /// The counts of all instances today, and the callers of the last hour; those of the other instances as they were last read.
    /// </summary>
    public (RequestCounts Today, IReadOnlyList<CallerActivity.Activity> Callers) Known
    {
        get
        {
            var (today, others) = (Today, _others);
            return (
                RequestCounts.Sum(today, _tally.Days.Concat(others.Select(row => row.Counts)).Where(counts => counts.Day == today)),
                CallerActivity.Merge(_activity.Recent().Concat(others.SelectMany(row => row.Callers)), _clock.GetUtcNow())
            );
        }
    }

    /// <summary>Reads the counts of the other instances.</summary>
    /// <exception cref="RequestFailedException">Storage failed; the counts stay as they were.</exception>
    public async Task ReadAsync(CancellationToken ct) => _others = await ReadOthersAsync(ct);

    /// <summary>Reads the counts of the other instances if the last read is too old.</summary>
    public Task RefreshIfDueAsync(CancellationToken ct) => _refresh.StartIfDue().WaitAsync(ct);

    /// <summary>Stores what has changed since the last call.</summary>
    /// <exception cref="RequestFailedException">Storage failed; the next call tries again.</exception>
    public async Task StoreAsync(CancellationToken ct)
    {
        var today = Today;
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var day in _tally.Days)
        {
            var (key, refused) = (
                Key(day.Day),
                JsonSerializer.Serialize(day.Refused, InstanceCountsJson.Default.SortedDictionaryStringInt64)
            );
            var callers =
                day.Day == today
                    ? JsonSerializer.Serialize([.. _activity.Recent().Take(MaxCallers)], InstanceCountsJson.Default.ActivityArray)
                    : "[]";
            var text = $"{day.Answered} {refused} {callers}";
            if (_stored.GetValueOrDefault(key) != text)
            {
                var row = new TableEntity(Partition, key)
                {
                    ["Format"] = Format,
                    ["Answered"] = day.Answered,
                    ["Refused"] = refused,
                    ["Callers"] = callers,
                };
                await _tables.UseAsync(MinerTables.TrackRecord, table => table.UpsertEntityAsync(row, TableUpdateMode.Replace, ct), ct);
            }

            stored[key] = text;
        }

        _stored = stored;
        // Yesterday's counts are kept, so that a clock set back across midnight continues them.
        _tally.Forget(today.AddDays(-1));
    }

    /// <summary>Drops the rows of the days before yesterday.</summary>
    public Task RunAsync(CancellationToken ct)
    {
        var first = Key(Today.AddDays(-1), "");
        return _tables.UseAsync(
            MinerTables.TrackRecord,
            table =>
                TablePruning.DropAsync(
                    table,
                    TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey lt {first}"),
                    int.MaxValue,
                    ct
                ),
            ct
        );
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryStoreAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryStoreAsync(stoppingToken);
        }
    }

    private async Task TryStoreAsync(CancellationToken ct)
    {
        using var late = new CancellationTokenSource(MaxDuration, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            await StoreAsync(both.Token);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            // The next call stores these counts too, and the storage health check reports the failure.
        }
        // Any other exception would stop the miner.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HousekeepingLog.Failed(_logger, exception, "Storing the counts of requests");
        }
    }

    private async Task<TimeSpan> RefreshAsync()
    {
        try
        {
            await ReadAsync(CancellationToken.None);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            // The result of the last successful read stays in use.
        }

        return FreshFor;
    }

    private async Task<IReadOnlyList<Row>> ReadOthersAsync(CancellationToken ct)
    {
        List<Row> rows = [];
        var first = Key(Today.AddDays(-1), "");
        try
        {
            await foreach (
                var row in _tables
                    .ForRequests(MinerTables.TrackRecord)
                    .QueryAsync<TableEntity>(
                        TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {first}"),
                        cancellationToken: ct
                    )
            )
            {
                if (!row.RowKey.EndsWith(_instance, StringComparison.Ordinal) && Row.From(row) is { } counts)
                {
                    rows.Add(counts);
                }
            }
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // There is no table until the first counts are stored.
        }

        return rows;
    }

    private string Key(DateOnly day) => Key(day, _instance);

    private static string Key(DateOnly day, string instance) => $"{day.ToString(DayFormat)} {instance}";

    /// <summary>What another instance stored.</summary>
    internal sealed record Row(RequestCounts Counts, IReadOnlyList<CallerActivity.Activity> Callers)
    {
        /// <summary>Null for a row of another format.</summary>
        public static Row? From(TableEntity entity)
        {
            if (entity.Value<int>("Format") != Format || !DateOnly.TryParseExact(entity.RowKey.Split(' ')[0], DayFormat, out var day))
            {
                return null;
            }

            try
            {
                var refused = JsonSerializer.Deserialize(
                    entity.Text("Refused") ?? "{}",
                    InstanceCountsJson.Default.SortedDictionaryStringInt64
                );
                var callers = JsonSerializer.Deserialize(entity.Text("Callers") ?? "[]", InstanceCountsJson.Default.ActivityArray);
                return new(
                    new(day) { Answered = entity.Value<long>("Answered") ?? 0, Refused = refused ?? [] },
                    [.. (callers ?? []).Where(IsReadable)]
                );
            }
            catch (JsonException)
            {
                return null;
            }
        }

        /// <summary>
        /// The JSON may lack the caller, or hold <see cref="TimeSpan.MinValue"/>, which has no absolute value, or an infinite latency.
        /// </summary>
        private static bool IsReadable(CallerActivity.Activity? caller) =>
            caller is { Caller: not null } && caller.Offset != TimeSpan.MinValue && double.IsFinite(caller.LatencyMs ?? 0);
    }
}

[JsonSerializable(typeof(SortedDictionary<string, long>))]
[JsonSerializable(typeof(CallerActivity.Activity[]))]
internal sealed partial class InstanceCountsJson : JsonSerializerContext;
