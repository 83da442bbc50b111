using System.Globalization;
using System.Text;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>The track record as comma-separated values: one line per day or, if the query asks for slots, one line per slot.</summary>
public static class TrackRecordCsv
{
    private const string DayHeader =
        "day,model,role,answered,scored,meanAbsoluteError,lastPriceError,maeRatio,maeRatioLower,maeRatioUpper,intervals,coverage,"
        + "coverageLower,coverageUpper,meanWidth,intervalScore,intervalScoreLower,intervalScoreUpper,winkler,latencyP50Ms,latencyP99Ms,callers,otherAnswers";

    private const string SlotHeader =
        "target,model,role,price,lower,upper,lastPrice,truth,truthAt,isCovered,pointScore,intervalScore,latencyMs";

    /// <summary>UTF-8 with a header line.</summary>
    public static byte[] Of(TrackRecordAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var lines = answer.Slots is { } slots ? slots.Select(Line).Prepend(SlotHeader) : answer.Days.Select(Line).Prepend(DayHeader);
        return Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
    }

    // Nothing needs quoting: the names of models and callers contain no comma, quote or line break.
    private static string Line(DayScore day) =>
        Join(
            TrackRecordQuery.Text(day.Day),
            day.Model,
            day.Role,
            day.Answered,
            day.Scored,
            day.MeanAbsoluteError,
            day.LastPriceError,
            day.MaeRatio,
            day.MaeRatioLower,
            day.MaeRatioUpper,
            day.Intervals,
            day.Coverage,
            day.CoverageLower,
            day.CoverageUpper,
            day.MeanWidth,
            day.IntervalScore,
            day.IntervalScoreLower,
            day.IntervalScoreUpper,
            day.Winkler,
            day.LatencyP50Ms,
            day.LatencyP99Ms,
            string.Join(' ', day.Callers.Select(caller => $"{caller.Key}={caller.Value}")),
            day.OtherAnswers
        );

    private static string Line(SlotScore slot) =>
        Join(
            Time(slot.Target),
            slot.Model,
            slot.Role,
            slot.Price,
            slot.Lower,
            slot.Upper,
            slot.LastPrice,
            slot.Truth,
            Time(slot.TruthAt),
            slot.IsCovered,
            slot.PointScore,
            slot.IntervalScore,
            slot.LatencyMs
        );

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Join(params object?[] values) =>
        string.Join(
            ',',
            values.Select(value => value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture))
        );
}
