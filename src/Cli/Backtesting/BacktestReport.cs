using System.Text.Json;
using Bittbridge.Models.Intervals;
using Spectre.Console;

namespace Bittbridge.Cli.Backtesting;

/// <summary>Shows what a backtest came to: a table, or JSON.</summary>
internal static class BacktestReport
{
    public static void Show(BacktestResult result, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(result, BacktestJson.Default.BacktestResult));
            return;
        }

        var figures = result.Figures;
        var level = result.Aim == IntervalAim.Coverage ? $" {result.Level:0.00}" : "";
        AnsiConsole.MarkupLineInterpolated($"[bold]{result.Model}[/], aim {DisplayText.Of(result.Aim)}{level}");
        AnsiConsole.MarkupInterpolated(
            $"[grey]{result.Forecasts} forecasts from {result.From:yyyy-MM-dd HH:mm} to {result.To:yyyy-MM-dd HH:mm} UTC, [/]"
        );
        AnsiConsole.MarkupLineInterpolated($"[grey]{figures.Count} of them judged[/]");
        if (result.FellBack > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{result.FellBack} of them by the last price instead: {result.Problem}[/]");
        }

        var table = new Table()
            .RoundedBorder()
            .AddColumn("figure")
            .AddColumn(new TableColumn("value").RightAligned())
            .AddColumn("in 9 of 10 draws of days");
        Row("mean absolute error, CNY", figures.MeanAbsoluteError, "0.000000");
        Row("  against the last price's", figures.MaeRatio, "0.0000", result.MaeRatioBounds, bounded: true);
        Row("root mean squared error against its", figures.RmseRatio, "0.0000");
        Row("coverage", figures.Coverage, "0.0000", result.CoverageBounds, bounded: true);
        Row("  of the worst 7 days", figures.WorstWeek, "0.0000");
        Row("  of the worst day", figures.WorstDay, "0.0000");
        Row("mean width, CNY", figures.MeanWidth, "0.000000");
        Row("Winkler score at 90 %, CNY", figures.Winkler, "0.000000", result.WinklerBounds, bounded: true);
        Row("validator's interval score", figures.IntervalScore, "0.0000");
        Row("  with the price at 4 decimals", figures.IntervalScoreRounded, "0.0000");
        AnsiConsole.Write(table);

        void Row(string name, double? value, string format, Bounds? bounds = null, bool bounded = false) =>
            table.AddRow(
                new Text(name),
                new Text(DisplayText.Of(value, format)),
                new Text(
                    bounds is null
                        ? bounded
                            ? "not defined"
                            : ""
                        : $"{DisplayText.Of(bounds.Lower, format)} to {DisplayText.Of(bounds.Upper, format)}"
                )
            );
    }
}
