using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Backtesting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using Spectre.Console;

namespace Bittbridge.Cli.Backtesting;

/// <summary>Shows the result of a backtest as a table or as JSON.</summary>
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
        AnsiConsole.MarkupLineInterpolated($"[bold]{result.Model}[/], aim {DisplayText.Of(result.Aim ?? IntervalAim.Coverage)}{level}");
        AnsiConsole.MarkupInterpolated(
            $"[grey]{result.Forecasts} forecasts from {result.From:yyyy-MM-dd HH:mm} to {result.To:yyyy-MM-dd HH:mm} UTC, [/]"
        );
        AnsiConsole.MarkupLineInterpolated($"[grey]{figures.Count} of them scored[/]");
        if (result.FellBack > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{result.FellBack} of them are fallbacks to the last price: {result.Problem}[/]");
        }

        var table = new Table()
            .RoundedBorder()
            .AddColumn("figure")
            .AddColumn(new TableColumn("value").RightAligned())
            .AddColumn("90 % bounds");
        Row("mean absolute error, CNY", figures.MeanAbsoluteError, "0.000000");
        Row("  ratio to the last price's", figures.MaeRatio, "0.0000", result.MaeRatioBounds, bounded: true);
        Row("root mean squared error, ratio", figures.RmseRatio, "0.0000");
        Row("coverage", figures.Coverage, "0.0000", result.CoverageBounds, bounded: true);
        Row("  of the worst 7 days", figures.WorstWeek, "0.0000");
        Row("  of the worst day", figures.WorstDay, "0.0000");
        Row("mean width, CNY", figures.MeanWidth, "0.000000");
        Row("Winkler score at 90 %, CNY", figures.Winkler, "0.000000", result.WinklerBounds, bounded: true);
        Row("validator's interval score", figures.IntervalScore, "0.0000");
        Row("  with the price at 4 decimals", figures.IntervalScoreRounded, "0.0000");
        if (result.AcrossOpenings is not null)
        {
            Part("across openings", result.AcrossOpenings);
            Part("elsewhere", result.Elsewhere);
        }

        AnsiConsole.Write(table);

        void Part(string name, Evaluation? part)
        {
            if (part is not null)
            {
                Row($"{name}, {part.Count} forecasts: error ratio", part.MaeRatio, "0.0000");
                Row("  coverage", part.Coverage, "0.0000");
                Row("  mean width, CNY", part.MeanWidth, "0.000000");
                Row("  Winkler score at 90 %, CNY", part.Winkler, "0.000000");
            }
        }

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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(BacktestResult))]
internal sealed partial class BacktestJson : JsonSerializerContext;
