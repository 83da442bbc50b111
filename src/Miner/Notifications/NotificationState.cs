using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Notifications;

/// <summary>What all instances know of one condition: a row in storage, which decides who tells the operator.</summary>
/// <param name="Since">Since when it has been reported; null when it neither is nor was told.</param>
/// <param name="QuietSince">Since when no instance has reported it, while the operator has not been told that it is over.</param>
/// <param name="IsTold">Whether the operator was told that it began.</param>
/// <param name="ClaimedUntil">Until when one instance alone may send; if it has not sent by then, any instance tries again.</param>
/// <param name="Reporters">The instances that report it, with the time of their last report.</param>
internal sealed record NotificationState(
    DateTimeOffset? Since,
    DateTimeOffset? QuietSince,
    bool IsTold,
    DateTimeOffset? ClaimedUntil,
    IReadOnlyDictionary<string, DateTimeOffset> Reporters
)
{
    public const string Partition = "notifications";

    /// <summary>An instance that has not reported for this long has ended.</summary>
    public static readonly TimeSpan ReporterLifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long a condition must be gone until the operator is told: two rounds of challenges.</summary>
    public static readonly TimeSpan OverPatience = TimeSpan.FromMinutes(10);

    /// <summary>Longer than any run of the notifier.</summary>
    public static readonly TimeSpan ClaimLifetime = TimeSpan.FromMinutes(2);

    /// <summary>How often a report that changes nothing is stored.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(4);

    public static NotificationState None { get; } = new(null, null, false, null, new Dictionary<string, DateTimeOffset>());

    /// <summary>The state after a report, and the change that the operator must be told of, which the reporter has claimed.</summary>
    /// <param name="instance">The instance that reports.</param>
    /// <param name="isActive">What it reports.</param>
    /// <param name="patience">How long the condition must last until the operator is told.</param>
    /// <param name="now">The time of the report.</param>
    public (NotificationState State, NotificationChange Change) After(string instance, bool isActive, TimeSpan patience, DateTimeOffset now)
    {
        var reporters = Reporters
            .Where(reporter => reporter.Key != instance && (now - reporter.Value).Duration() < ReporterLifetime)
            .ToDictionary(StringComparer.Ordinal);
        if (isActive)
        {
            reporters[instance] = Reporters.TryGetValue(instance, out var last) && (now - last).Duration() < ReportInterval ? last : now;
        }

        var isReported = reporters.Count > 0;
        if (!isReported && !IsTold)
        {
            return (None, NotificationChange.None);
        }

        var since = NotAfter(Since, now);
        var quietSince = isReported ? (DateTimeOffset?)null : NotAfter(QuietSince, now);
        var change =
            // An instance that does not report it does not announce it: its patience and its detail are those of another state.
            !IsTold && isActive && now - since >= patience
                ? NotificationChange.Begun
            : IsTold && now - quietSince >= OverPatience ? NotificationChange.Over
            : NotificationChange.None;
        var claimed = ClaimedUntil > now && ClaimedUntil - now <= ClaimLifetime ? ClaimedUntil : null;
        return change == NotificationChange.None || claimed is not null
            ? (new(since, quietSince, IsTold, claimed, reporters), NotificationChange.None)
            : (new(since, quietSince, IsTold, now + ClaimLifetime, reporters), change);
    }

    /// <summary>The state after the operator was told.</summary>
    public NotificationState Told(NotificationChange change, DateTimeOffset now) =>
        change == NotificationChange.Begun ? this with { IsTold = true, ClaimedUntil = null }
        : Reporters.Count == 0 ? None
        // It has begun anew while the end was sent.
        : new(now, null, false, null, Reporters);

    public bool IsSameAs(NotificationState other) =>
        Since == other.Since
        && QuietSince == other.QuietSince
        && IsTold == other.IsTold
        && ClaimedUntil == other.ClaimedUntil
        && Reporters.Count == other.Reporters.Count
        && Reporters.All(reporter => other.Reporters.TryGetValue(reporter.Key, out var time) && time == reporter.Value);

    public TableEntity ToEntity(string name) =>
        new(Partition, name)
        {
            ["Since"] = Since,
            ["QuietSince"] = QuietSince,
            ["IsTold"] = IsTold,
            ["ClaimedUntil"] = ClaimedUntil,
            ["Reporters"] = JsonSerializer.Serialize(
                new Dictionary<string, DateTimeOffset>(Reporters),
                NotificationStateJson.Default.DictionaryStringDateTimeOffset
            ),
        };

    /// <summary>A row that can't be read counts as none: at worst the operator is told twice.</summary>
    public static NotificationState From(TableEntity entity)
    {
        try
        {
            var reporters = JsonSerializer.Deserialize(
                entity.Text("Reporters") ?? "{}",
                NotificationStateJson.Default.DictionaryStringDateTimeOffset
            );
            return new(
                entity.Value<DateTimeOffset>("Since"),
                entity.Value<DateTimeOffset>("QuietSince"),
                entity.Value<bool>("IsTold") ?? false,
                entity.Value<DateTimeOffset>("ClaimedUntil"),
                reporters ?? new Dictionary<string, DateTimeOffset>()
            );
        }
        catch (JsonException)
        {
            return None;
        }
    }

    /// <summary>A clock that was set back must not delay a notification by as much.</summary>
    private static DateTimeOffset NotAfter(DateTimeOffset? time, DateTimeOffset now) => time is { } known && known <= now ? known : now;
}

/// <summary>What the operator must be told.</summary>
internal enum NotificationChange
{
    None,
    Begun,
    Over,
}

[JsonSerializable(typeof(Dictionary<string, DateTimeOffset>))]
internal sealed partial class NotificationStateJson : JsonSerializerContext;
