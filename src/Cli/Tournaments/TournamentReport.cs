using System.Text.Json;
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
        foreach (var column in (string[])["MAE", "coverage", "width", "point", "interval", "share", "weight"])
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
                }
            );
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine(
            "[grey]MAE: ratio to the last price's; width in CNY; point and interval: mean shares; share: mean of both; weight: after the "
                + "last round[/]"
        );
    }

    private static Text Number(double? value, string format) => new(DisplayText.Of(value, format));
}
