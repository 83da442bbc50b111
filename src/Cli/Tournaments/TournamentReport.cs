using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Backtesting;
using Bittbridge.Models.Scoring;
using Spectre.Console;

namespace Bittbridge.Cli.Tournaments;

/// <summary>Shows the result of a tournament as a table or as JSON.</summary>
internal static class TournamentReport
{
    public static void Show(TournamentResult result, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(result, TournamentJson.Default.TournamentResult));
            return;
        }

        AnsiConsole.MarkupLineInterpolated(
            $"[grey]{result.Rounds} rounds from {result.From:yyyy-MM-dd HH:mm} to {result.To:yyyy-MM-dd HH:mm} UTC[/]"
        );
        var table = new Table().RoundedBorder().AddColumn("miner");
        foreach (
            var column in (string[])
                ["MAE", "coverage", "width", "point", "interval", "share", "weight", "MAE against it", "share against it"]
        )
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (var standing in result.Standings)
        {
            table.AddRow(
                new Text[]
                {
                    new(standing.Name),
                    Number(standing.Figures.MaeRatio, "0.000"),
                    Number(standing.Figures.Coverage, "0.000"),
                    Number(standing.Figures.MeanWidth, "0.0000"),
                    Number(standing.PointShare, "0.000"),
                    Number(standing.IntervalShare, "0.000"),
                    Number(standing.CombinedShare, "0.000"),
                    Number(standing.Weight, "0.000"),
                    new(Bounded(standing.Comparison?.MaeRatio, standing.Comparison?.MaeRatioBounds, "0.000")),
                    new(Bounded(standing.Comparison?.ShareDifference, standing.Comparison?.ShareDifferenceBounds, "+0.000;-0.000;0.000")),
                }
            );
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine(
            "[grey]MAE: ratio to the last price's; width in CNY; point and interval: mean shares; share: mean of both;[/]"
        );
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]weight: after the last round; against it: {result.First} against the row's miner, its MAE over that one's and its[/]"
        );
        AnsiConsole.MarkupLine("[grey]share less that one's, with 90 % bounds[/]");
        ShowOpenings(result);
        foreach (var standing in result.Standings.Where(standing => standing.FellBack > 0))
        {
            AnsiConsole.MarkupLineInterpolated(
                $"[yellow]{standing.Name}: {standing.FellBack} answers are fallbacks to the last price: {standing.Problem}[/]"
            );
        }
    }

    /// <summary>A second table, because the first one fills the width of a terminal.</summary>
    private static void ShowOpenings(TournamentResult result)
    {
        if (result.Standings[0].AcrossOpenings is not { Count: var rounds })
        {
            return;
        }

        var table = new Table().RoundedBorder().AddColumn("miner");
        foreach (var column in (string[])["Winkler", "openings: MAE", "coverage", "width", "Winkler"])
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (var standing in result.Standings)
        {
            table.AddRow(
                new Text(standing.Name),
                Number(standing.Figures.Winkler, "0.00000"),
                Number(standing.AcrossOpenings?.MaeRatio, "0.000"),
                Number(standing.AcrossOpenings?.Coverage, "0.000"),
                Number(standing.AcrossOpenings?.MeanWidth, "0.0000"),
                Number(standing.AcrossOpenings?.Winkler, "0.00000")
            );
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]Winkler: mean score at 90 % in CNY; openings: the {rounds} rounds across an opening of the onshore market[/]"
        );
    }

    private static string Bounded(double? value, Bounds? bounds, string format) =>
        value is null ? ""
        : bounds is null ? value.Value.ToString(format)
        : $"{value.Value.ToString(format)} ({bounds.Lower.ToString(format)} to {bounds.Upper.ToString(format)})";

    private static Text Number(double? value, string format) => new(DisplayText.Of(value, format));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TournamentResult))]
internal sealed partial class TournamentJson : JsonSerializerContext;
