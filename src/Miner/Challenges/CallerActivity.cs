using System.Text.Json.Serialization;
using Bittbridge.Bittensor.Keys;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// What verified callers have asked this process for in the last hour: which were answered, which ask for another task, and which are
/// registered but lack access. Bounded in size; the caller that was seen least recently is dropped first.
/// </summary>
internal sealed class CallerActivity(TimeProvider clock, ILogger<CallerActivity> logger)
{
    /// <summary>How long a caller is remembered after its last request.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>A timestamp this far from the clock belongs to another task; a smaller difference means a wrong clock.</summary>
    public static readonly TimeSpan MinOffset = TimeSpan.FromMinutes(30);

    /// <summary>A caller with fewer requests than this is not reported as a steady caller.</summary>
    public const int MinRequests = 2;

    private const int MaxCallers = 256;

    private static readonly TimeSpan LogInterval = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<PublicKey, Activity> _callers = [];

    // Kept longer than the callers, so that a caller that returns every two hours is not logged each time.
    private readonly Dictionary<PublicKey, DateTimeOffset> _logged = [];

    /// <summary>Records that a challenge was answered.</summary>
    /// <param name="caller">Null in open mode, where the caller is unknown.</param>
    /// <param name="latency">How long the answer took.</param>
    public void Answered(PublicKey? caller, TimeSpan latency) =>
        Update(
            caller,
            activity =>
                activity with
                {
                    Answered = activity.Answered + 1,
                    LastAnswer = clock.GetUtcNow(),
                    LatencyMs = latency.TotalMilliseconds,
                }
        );

    /// <summary>Records that a challenge was refused because it asks for a time that this miner does not forecast.</summary>
    /// <param name="caller">Null in open mode, where the caller is unknown.</param>
    /// <param name="offset">How far the timestamp is ahead of the clock; negative for one that is behind.</param>
    public void AskedForAnotherTask(PublicKey? caller, TimeSpan offset)
    {
        if (offset.Duration() < MinOffset)
        {
            return;
        }

        Update(caller, activity => activity with { OtherTasks = activity.OtherTasks + 1, Offset = offset });
        if (MayLog(caller ?? default))
        {
            ChallengeLog.AskedForAnotherTask(logger, Name(caller), InWords(offset));
        }
    }

    /// <summary>Records that a registered caller was refused because it has no validator permit.</summary>
    public void LackedPermit(PublicKey caller) => Update(caller, activity => activity with { LackedPermit = activity.LackedPermit + 1 });

    /// <summary>The callers of the last <see cref="Window"/>, the most active first.</summary>
    public IReadOnlyList<Activity> Recent()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            return [.. _callers.Values.Where(activity => IsRecent(activity, now)).OrderByDescending(activity => activity.Requests)];
        }
    }

    /// <summary>The callers of several instances, each once, the most active first.</summary>
    /// <param name="activities">What the instances know.</param>
    /// <param name="now">The end of the last <see cref="Window"/>.</param>
    public static IReadOnlyList<Activity> Merge(IEnumerable<Activity> activities, DateTimeOffset now) =>
        [
            .. activities
                .Where(activity => IsRecent(activity, now))
                .GroupBy(activity => activity.Caller, StringComparer.Ordinal)
                .Select(caller => caller.OrderBy(activity => activity.Last).Aggregate((sum, later) => sum.And(later)))
                .OrderByDescending(activity => activity.Requests),
        ];

    /// <summary>An offset in words, such as <c>6 h ahead</c> or <c>45 min back</c>.</summary>
    public static string InWords(TimeSpan offset)
    {
        var length = offset.Duration();
        var amount = length >= TimeSpan.FromHours(2) ? $"{Math.Round(length.TotalHours, 1)} h" : $"{Math.Round(length.TotalMinutes)} min";
        return $"{amount} {(offset > TimeSpan.Zero ? "ahead" : "back")}";
    }

    /// <summary>Also false for a caller that was last seen far in the future, because the clock was set back since then.</summary>
    private static bool IsRecent(Activity activity, DateTimeOffset now) => (now - activity.Last).Duration() <= Window;

    private static string Name(PublicKey? caller) => caller is { } key ? new Ss58Address(key).ToString() : "an unverified caller";

    private void Update(PublicKey? caller, Func<Activity, Activity> change)
    {
        var (key, now) = (caller ?? default, clock.GetUtcNow());
        lock (_gate)
        {
            var known = _callers.GetValueOrDefault(key);
            if (known is null || !IsRecent(known, now))
            {
                known = new(Name(caller), now);
            }

            _callers[key] = change(known) with { Last = now };
            if (_callers.Count > MaxCallers)
            {
                _callers.Remove(_callers.MinBy(pair => IsRecent(pair.Value, now) ? pair.Value.Last : DateTimeOffset.MinValue).Key);
            }
        }
    }

    private bool MayLog(PublicKey caller)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            if (_logged.TryGetValue(caller, out var last) && (now - last).Duration() < LogInterval)
            {
                return false;
            }

            _logged[caller] = now;
            if (_logged.Count > MaxCallers)
            {
                _logged.Remove(_logged.MinBy(pair => pair.Value).Key);
            }

            return true;
        }
    }

    /// <summary>The requests of one caller.</summary>
    /// <param name="Caller">Its address.</param>
    /// <param name="Last">When it was last seen.</param>
    internal sealed record Activity(string Caller, DateTimeOffset Last)
    {
        public int Answered { get; init; }

        /// <summary>When it was last answered; null if it was not.</summary>
        public DateTimeOffset? LastAnswer { get; init; }

        /// <summary>How long that answer took, in milliseconds.</summary>
        public double? LatencyMs { get; init; }

        /// <summary>Challenges for another task.</summary>
        public int OtherTasks { get; init; }

        /// <summary>How far the last of those was ahead of the clock; negative for one behind it.</summary>
        public TimeSpan Offset { get; init; }

        public int LackedPermit { get; init; }

        [JsonIgnore]
        public int Requests => Answered + OtherTasks + LackedPermit;

        /// <summary>Adds a later activity of the same caller, recorded by another instance; its last answer and offset win.</summary>
        public Activity And(Activity later) =>
            new(Caller, later.Last)
            {
                Answered = Answered + later.Answered,
                LastAnswer = later.LastAnswer ?? LastAnswer,
                LatencyMs = later.LastAnswer is null ? LatencyMs : later.LatencyMs,
                OtherTasks = OtherTasks + later.OtherTasks,
                Offset = later.OtherTasks > 0 ? later.Offset : Offset,
                LackedPermit = LackedPermit + later.LackedPermit,
            };
    }
}
