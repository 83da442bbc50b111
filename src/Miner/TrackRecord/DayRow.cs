using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// One row of the table <c>trackrecord</c>: a UTC day of a model in a role. It holds the outcome of each slot and the figures computed from
/// them, so that scoring a slot again gives the same figures as scoring it once.
/// </summary>
internal sealed class DayRow
{
    /// <summary>The format that is written, and the only one that can be read.</summary>
    public const int Format = 1;

    /// <summary>The columns of a <see cref="DayScore"/>, without the outcomes.</summary>
    public static readonly IReadOnlyList<string> FigureColumns =
    [
        "PartitionKey",
        "RowKey",
        "Format",
        "Model",
        "Version",
        "Role",
        "LastTarget",
        "Answered",
        "Scored",
        "MeanAbsoluteError",
        "LastPriceError",
        "MaeRatio",
        "MaeRatioLower",
        "MaeRatioUpper",
        "Intervals",
        "Coverage",
        "CoverageLower",
        "CoverageUpper",
        "MeanWidth",
        "IntervalScore",
        "IntervalScoreLower",
        "IntervalScoreUpper",
        "Winkler",
        "LatencyP50Ms",
        "LatencyP99Ms",
        "Callers",
        "OtherAnswers",
    ];

    private readonly SortedDictionary<int, ScoredSlot> _slots = [];
    private readonly SlotSet _answered;
    private readonly DayCallers _callers;

    private DayRow(DateOnly day, ModelId model, ForecastRole role, SlotSet answered, DayCallers callers, ETag? read) =>
        (Day, Model, Role, _answered, _callers, Read) = (day, model, role, answered, callers, read);

    public DateOnly Day { get; }

    public ModelId Model { get; }

    public ForecastRole Role { get; }

    /// <summary>The ETag that was read; null for a row that is not in the table yet.</summary>
    public ETag? Read { get; }

    /// <summary>The outcomes in ascending time.</summary>
    public IEnumerable<ScoredSlot> Slots => _slots.Values;

    public static DayRow New(DateOnly day, ModelId model, ForecastRole role) => new(day, model, role, new(), new(), null);

    /// <summary>Adds or revises a matured slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="outcome">Null if no price is near enough to the target.</param>
    /// <param name="callers">The callers.</param>
    /// <param name="more">The number of further answers, whose callers are unknown.</param>
    public void Put(PriceSlot slot, ScoredSlot? outcome, IEnumerable<string> callers, long more)
    {
        var index = ScoredSlot.IndexInDay(slot);
        _answered.Add(index);
        _callers.Add(index, callers, more);
        if (outcome is { } scored)
        {
            _slots[index] = _slots.TryGetValue(index, out var known) ? ScoredSlot.Prefer(known, scored) : scored;
        }
    }

    /// <summary>The figures of the outcomes up to an instant.</summary>
    public DayScore Score(DateTimeOffset until)
    {
        var slots = _slots.Values.Where(slot => slot.Target <= until).ToList();
        var answered = slots.Count == _slots.Count ? _answered.Count : slots.Count;
        return DayScore.Of(Day, Model.ToString(), Role, answered, slots, _callers);
    }

    public TableEntity ToEntity(string series)
    {
        var score = Score(DateTimeOffset.MaxValue);
        return new(series, TrackRecordKeys.Row(Day, Model, Role))
        {
            ["Format"] = Format,
            ["Model"] = Model.Name,
            ["Version"] = Model.Version,
            ["Role"] = Role.ToString(),
            ["LastTarget"] = _slots.Count == 0 ? null : _slots.Values.Max(slot => slot.Target),
            ["AnsweredSlots"] = _answered.Bits.ToArray(),
            ["Slots"] = PackedSlots.Pack(_slots.Values),
            ["Callers"] = _callers.Pack(),
            ["OtherCallers"] = _callers.PackOthers(),
            ["Answered"] = score.Answered,
            ["Scored"] = score.Scored,
            ["MeanAbsoluteError"] = score.MeanAbsoluteError,
            ["LastPriceError"] = score.LastPriceError,
            ["MaeRatio"] = score.MaeRatio,
            ["MaeRatioLower"] = score.MaeRatioLower,
            ["MaeRatioUpper"] = score.MaeRatioUpper,
            ["Intervals"] = score.Intervals,
            ["Coverage"] = score.Coverage,
            ["CoverageLower"] = score.CoverageLower,
            ["CoverageUpper"] = score.CoverageUpper,
            ["MeanWidth"] = score.MeanWidth,
            ["IntervalScore"] = score.IntervalScore,
            ["IntervalScoreLower"] = score.IntervalScoreLower,
            ["IntervalScoreUpper"] = score.IntervalScoreUpper,
            ["Winkler"] = score.Winkler,
            ["LatencyP50Ms"] = score.LatencyP50Ms,
            ["LatencyP99Ms"] = score.LatencyP99Ms,
            ["OtherAnswers"] = score.OtherAnswers,
        };
    }

    /// <summary>Null for a row of another format.</summary>
    public static DayRow? From(TableEntity entity)
    {
        if (!TryKey(entity, out var key))
        {
            return null;
        }

        var callers = DayCallers.Unpack(entity.Bytes("Callers"), entity.Bytes("OtherCallers"));
        var row = new DayRow(key.Day, key.Model, key.Role, new(entity.Bytes("AnsweredSlots")), callers, entity.ETag);

        // A slot of another day is damaged, and the bounds would need memory for all slots in between.
        foreach (var slot in PackedSlots.Unpack(entity.Bytes("Slots") ?? []).Where(slot => TrackRecordKeys.DayOf(slot.Slot) == key.Day))
        {
            row._slots[ScoredSlot.IndexInDay(slot.Slot)] = slot;
        }

        return row;
    }

    /// <summary>Only the stored figures; null for a row of another format.</summary>
    public static (ModelId Model, DayScore Score, DateTimeOffset? LastTarget)? FiguresFrom(TableEntity entity)
    {
        if (!TryKey(entity, out var key))
        {
            return null;
        }

        var callers = DayCallers.Unpack(entity.Bytes("Callers"), []);
        var score = new DayScore(
            key.Day,
            key.Model.ToString(),
            key.Role,
            Count("Answered"),
            Count("Scored", "MeanAbsoluteError", "LastPriceError"),
            Figure("MeanAbsoluteError"),
            Figure("LastPriceError"),
            Figure("MaeRatio"),
            Figure("MaeRatioLower"),
            Figure("MaeRatioUpper"),
            Count("Intervals", "Coverage", "MeanWidth", "IntervalScore", "Winkler"),
            Figure("Coverage"),
            Figure("CoverageLower"),
            Figure("CoverageUpper"),
            Figure("MeanWidth"),
            Figure("IntervalScore"),
            Figure("IntervalScoreLower"),
            Figure("IntervalScoreUpper"),
            Figure("Winkler"),
            Figure("LatencyP50Ms"),
            Figure("LatencyP99Ms"),
            callers.Counts,
            entity.Value<int>("OtherAnswers") ?? 0
        )
        {
            CallerSlots = callers,
        };
        return (key.Model, score, entity.Value<DateTimeOffset>("LastTarget"));

        // The means over several days would take a missing figure for zero, so a day that lost one counts for none of them.
        int Count(string name, params string[] figures) =>
            entity.Value<int>(name) is { } count and >= 0 and <= SlotSet.SlotsOfDay && figures.All(figure => Figure(figure) is not null)
                ? count
                : 0;

        double? Figure(string name) => entity.Value<double>(name) is { } figure && Math.Abs(figure) <= ScoredSlot.MaxNumber ? figure : null;
    }

    private static bool TryKey(TableEntity entity, out (DateOnly Day, ModelId Model, ForecastRole Role) key)
    {
        key = default;
        if (
            entity.Value<int>("Format") != Format
            || !TrackRecordQuery.TryDay(entity.RowKey.Split(' ')[0], out var day)
            || !ModelId.TryParse($"{entity.Text("Model")}@{entity.Text("Version")}", out var model)
            || !Enum.TryParse<ForecastRole>(entity.Text("Role"), out var role)
            || !Enum.IsDefined(role)
        )
        {
            return false;
        }

        key = (day, model, role);
        return true;
    }
}
