using Bittbridge.Backtesting;
using ScottPlot;

namespace Bittbridge.Cli.Tournaments;

/// <summary>Two panels: the shares, and the combined shares over time.</summary>
internal static class TournamentPlot
{
    public static Multiplot Draw(TournamentResult result)
    {
        var panels = new Multiplot();
        panels.AddPlots(2);
        panels.Layout = new ScottPlot.MultiplotLayouts.Grid(1, 2);
        DrawShares(panels.GetPlot(0), result);
        DrawCourse(panels.GetPlot(1), result);
        return panels;
    }

    private static void DrawShares(Plot plot, TournamentResult result)
    {
        var (names, count) = (result.Standings.Select(standing => standing.Name).ToArray(), result.Standings.Count);
        for (var i = 0; i < count; i++)
        {
            var standing = result.Standings[i];
            Bar(plot, i - 0.25, standing.PointShare, Colors.SteelBlue);
            Bar(plot, i, standing.IntervalShare, Colors.LightSteelBlue);
            Bar(plot, i + 0.25, standing.CombinedShare, Colors.OrangeRed);
        }

        plot.Legend.ManualItems.Add(new() { LabelText = "point", FillColor = Colors.SteelBlue });
        plot.Legend.ManualItems.Add(new() { LabelText = "interval", FillColor = Colors.LightSteelBlue });
        plot.Legend.ManualItems.Add(new() { LabelText = "combined", FillColor = Colors.OrangeRed });
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, count).Select(i => (double)i)], names);
        plot.Axes.Bottom.TickLabelStyle.Rotation = 30;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperLeft;
        plot.Axes.Bottom.MinimumSize = 180;
        plot.Axes.Right.MinimumSize = 120;
        plot.Axes.Margins(bottom: 0);
        plot.Title($"Mean shares of {result.Rounds} rounds");
    }

    private static void DrawCourse(Plot plot, TournamentResult result)
    {
        var times = result.Times.Select(time => time.UtcDateTime.ToOADate()).ToArray();
        foreach (var standing in result.Standings)
        {
            var line = plot.Add.ScatterLine(times, [.. standing.Running]);
            line.LineWidth = 2;
            line.LegendText = standing.Name;
        }

        plot.Axes.DateTimeTicksBottom();
        plot.ShowLegend(Alignment.LowerRight);
        plot.Title("Mean combined share so far");
    }

    private static void Bar(Plot plot, double position, double value, Color color) =>
        plot.Add.Bar(
            new()
            {
                Position = position,
                Value = value,
                FillColor = color,
                Size = 0.25,
                LineWidth = 0,
            }
        );
}
