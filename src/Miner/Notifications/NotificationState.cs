using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Notifications;

/// <summary>What all instances know of one condition: a row in storage, which decides who tells the operator.</summary>
/// <param name="Since">Since when an instance has reported it; null when none does.</param>
/// <param name="IsTold">Whether the operator was told that it began.</param>
/// <param name="Reporters">The instances that report it, with the time of their last report.</param>
internal sealed record NotificationState(DateTimeOffset? Since, bool IsTold, IReadOnlyDictionary<string, DateTimeOffset> Reporters)
{
    public const string Partition = "notifications";

    /// <summary>An instance that has not reported for this long has ended.</summary>
    public static readonly TimeSpan ReporterLifetime = TimeSpan.FromMinutes(15);

    /// <summary>How often a report that changes nothing is stored.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(4);

    public static NotificationState None { get; } = new(null, false, new Dictionary<string, DateTimeOffset>());

    /// <summary>The state after a report, and whether the operator must be told of a change.</summary>
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

        if (reporters.Count == 0)
        {
            return (None, IsTold ? NotificationChange.Over : NotificationChange.None);
        }

        // A clock that was set back must not delay the notification by as much.
        var since = Since is { } known && known <= now ? known : now;
        var begins = !IsTold && now - since >= patience;
        return (new(since, IsTold || begins, reporters), begins ? NotificationChange.Begun : NotificationChange.None);
    }

    public bool IsSameAs(NotificationState other) =>
        Since == other.Since
        && IsTold == other.IsTold
        && Reporters.Count == other.Reporters.Count
        && Reporters.All(reporter => other.Reporters.TryGetValue(reporter.Key, out var time) && time == reporter.Value);

    public TableEntity ToEntity(string name) =>
        new(Partition, name)
        {
            ["Since"] = Since,
            ["IsTold"] = IsTold,
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
                entity.Value<bool>("IsTold") ?? false,
                reporters ?? new Dictionary<string, DateTimeOffset>()
            );
        }
        catch (JsonException)
        {
            return None;
        }
    }
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
