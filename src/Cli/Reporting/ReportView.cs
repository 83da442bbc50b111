using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Spectre.Console;

namespace Bittbridge.Cli.Reporting;

/// <summary>The track record as text: tables on a terminal, tab-separated columns otherwise.</summary>
internal sealed class ReportView(bool isTerminal)
{
    /// <summary>The maximum width of a line on a terminal.</summary>
    public const int MaxWidth = 120;

    private const string Undefined = "–";

    private string[] Figures =>
        [
            "scored",
            "MAE (CNY)",
            .. Titles("MAE ratio"),
            .. Titles("coverage", " (of 90 %)"),
            "width (CNY)",
            .. Titles("interval score"),
            "Winkler (CNY)",
        ];

    public void Show(TrackRecordAnswer answer)
    {
        var answers = answer.Days.Where(day => day.Role != ForecastRole.Shadow).ToList();
        var callers = answers.SelectMany(day => day.Callers.Keys).Distinct(StringComparer.Ordinal).Count();
        var count = answer.To.DayNumber - answer.From.DayNumber + 1;
        Line(
            $"Track record of {answer.Series}, {answer.From:yyyy-MM-dd} to {answer.To:yyyy-MM-dd} UTC ({Counted(count, "day")}), called by "
                + $"{(answers.Any(day => day.OtherAnswers > 0) ? "more than " : "")}{Counted(callers, "caller")}"
        );
        if (answer.Totals.Count == 0)
        {
            Line(
                "No forecast of these days is scored. Each model's errors, intervals, scores and latency will be shown here. The first "
                    + "forecast is scored one hour after the first challenge."
            );
            return;
        }

        Line("");
        Line("By model and role");
        Table(["model", "role", .. Figures, "p50/p99 (ms)", "answers"], 2, answer.Totals.Select(total => Row(total, answer)));
        var active = answer.Days.Where(day => day.Role == ForecastRole.Active).ToList();
        if (active.Count > 0)
        {
            Line("");
            Line("The active model by day");
            Table(["day", "model", .. Figures, "p50/p99 (ms)", "fallbacks"], 2, active.Select(day => Row(day, answer)));
        }

        Line("");
        if (answer.FallbackShare is { } share)
        {
            Line($"Share of fallbacks (answers in place of the active model's): {Share(share)}.");
        }

        Line("MAE ratio: to the last price's MAE; below 1 is better. Interval score: the validator's, 1 is best. Winkler: less is better.");
        if (isTerminal)
        {
            Line("Below a figure: the bounds between which 90 % of a bootstrap's draws are.");
        }

        Line($"Latency over several days is that of the slowest day. {Undefined}: not defined, such as bounds of too few forecasts.");
    }

    private string[] Row(TotalScore total, TrackRecordAnswer answer)
    {
        var days = answer.Days;
        var own = days.Where(day => day.Model == total.Model && day.Role == total.Role).ToList();
        var answers = days.Where(day => day.Role != ForecastRole.Shadow).Sum(day => day.Answered);
        return
        [
            total.Model,
            total.Role.ToString(),
            .. Cells(
                total.Scored,
                total.MeanAbsoluteError,
                (total.MaeRatio, total.MaeRatioLower, total.MaeRatioUpper),
                (total.Coverage, total.CoverageLower, total.CoverageUpper),
                total.MeanWidth,
                (total.IntervalScore, total.IntervalScoreLower, total.IntervalScoreUpper),
                total.Winkler
            ),
            Latency(own.Max(day => day.LatencyP50Ms), own.Max(day => day.LatencyP99Ms)),
            total.Role == ForecastRole.Shadow || answer.FallbackShare is null || answers == 0
                ? Undefined
                : Share((double)total.Answered / answers),
        ];
    }

    private string[] Row(DayScore day, TrackRecordAnswer answer)
    {
        var answers = answer.Days.Where(other => other.Day == day.Day && other.Role != ForecastRole.Shadow).ToList();
        var fallbacks = answers.Where(other => other.Role == ForecastRole.Fallback).Sum(other => other.Answered);
        var all = answers.Sum(other => other.Answered);
        return
        [
            TrackRecordQuery.Text(day.Day),
            day.Model,
            .. Cells(
                day.Scored,
                day.MeanAbsoluteError,
                (day.MaeRatio, day.MaeRatioLower, day.MaeRatioUpper),
                (day.Coverage, day.CoverageLower, day.CoverageUpper),
                day.MeanWidth,
                (day.IntervalScore, day.IntervalScoreLower, day.IntervalScoreUpper),
                day.Winkler
            ),
            Latency(day.LatencyP50Ms, day.LatencyP99Ms),
            answer.FallbackShare is null || all == 0 ? Undefined : Share((double)fallbacks / all),
        ];
    }

    /// <summary>The columns of <see cref="Figures"/>.</summary>
    private string[] Cells(
        int scored,
        double? meanAbsoluteError,
        (double? Value, double? Lower, double? Upper) maeRatio,
        (double? Value, double? Lower, double? Upper) coverage,
        double? width,
        (double? Value, double? Lower, double? Upper) intervalScore,
        double? winkler
    ) =>
        [
            scored.ToString("N0"),
            Number(meanAbsoluteError, "0.00000"),
            .. Bounded(maeRatio, value => Number(value, "0.000")),
            .. Bounded(coverage, Share),
            Number(width, "0.0000"),
            .. Bounded(intervalScore, value => Number(value, "0.000")),
            Number(winkler, "0.0000"),
        ];

    /// <summary>The titles of a figure with bounds. On a terminal the bounds are below it, so that a line stays narrow.</summary>
    private string[] Titles(string figure, string unit = "") => isTerminal ? [figure + unit] : [figure + unit, $"{figure} bounds"];

    /// <summary>A figure and its bounds, in one cell on a terminal and in two elsewhere.</summary>
    private string[] Bounded((double? Value, double? Lower, double? Upper) figure, Func<double?, string> write)
    {
        var (value, lower, upper) = figure;
        var bounds = lower is null || upper is null ? Undefined : $"{write(lower).Replace(" %", "")}–{write(upper)}";
        return isTerminal ? [lower is null ? write(value) : $"{write(value)}\n{bounds}"] : [write(value), bounds];
    }

    private void Table(string[] header, int names, IEnumerable<string[]> rows)
    {
        if (!isTerminal)
        {
            foreach (var row in rows.Prepend(header))
            {
                Line(string.Join('\t', row));
            }

            return;
        }

        var table = new Table { Border = TableBorder.None };
        foreach (var (at, title) in header.Index())
        {
            // Wrap the unit or the second word, so that the table stays narrow.
            var column = new TableColumn(new Text(title.Replace(" (", "\n(").Replace("interval score", "interval\nscore")));
            column.PadLeft(0).PadRight(at == header.Length - 1 ? 0 : 1);
            table.AddColumn(at < names ? column : column.RightAligned().NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        AnsiConsole.Profile.Width = Math.Min(AnsiConsole.Profile.Width, MaxWidth);
        AnsiConsole.Write(table);
    }

    private void Line(string text)
    {
        if (isTerminal)
        {
            AnsiConsole.WriteLine(text);
        }
        else
        {
            Console.WriteLine(text);
        }
    }

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Number(double? figure, string format) => figure?.ToString(format) ?? Undefined;

    private static string Share(double? share) => share is { } value ? $"{100 * value:0.0} %" : Undefined;

    private static string Latency(double? median, double? high) => median is null || high is null ? Undefined : $"{median:0}/{high:0}";
}
