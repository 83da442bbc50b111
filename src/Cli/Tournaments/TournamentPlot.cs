using Bittbridge.Backtesting;
using Bittbridge.Cli.Backtesting;
using ScottPlot;

namespace Bittbridge.Cli.Tournaments;

/// <summary>Two panels: the shares, and the combined shares over time.</summary>
internal sealed class TournamentPlot(PlotTheme theme)
{
    public Multiplot Draw(TournamentResult result)
    {
        var panels = new Multiplot();
        panels.AddPlots(2);
        panels.Layout = new ScottPlot.MultiplotLayouts.Grid(1, 2);
        DrawShares(panels.GetPlot(0), result);
        DrawCourse(panels.GetPlot(1), result);
        theme.Finish(panels.GetPlot(0));
        theme.Finish(panels.GetPlot(1));
        return panels;
    }

    private void DrawShares(Plot plot, TournamentResult result)
    {
        var (names, count) = (result.Standings.Select(standing => standing.Name).ToArray(), result.Standings.Count);
        for (var i = 0; i < count; i++)
        {
            var standing = result.Standings[i];
            Bar(plot, i - 0.25, standing.PointShare, theme.Calm);
            Bar(plot, i, standing.IntervalShare, theme.Pale);
            Bar(plot, i + 0.25, standing.CombinedShare, theme.Accent);
        }

        plot.Legend.ManualItems.Add(new() { LabelText = "point", FillColor = theme.Calm });
        plot.Legend.ManualItems.Add(new() { LabelText = "interval", FillColor = theme.Pale });
        plot.Legend.ManualItems.Add(new() { LabelText = "combined", FillColor = theme.Accent });
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, count).Select(i => (double)i)], names);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -30;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperRight;
        plot.Axes.Bottom.MinimumSize = 150;
        plot.Axes.Left.MinimumSize = 130;

        // The models differ by a few per cent: bars from 0 would all look the same.
        double[] shares = [.. result.Standings.SelectMany(one => (double[])[one.PointShare, one.IntervalShare, one.CombinedShare])];
        var range = Math.Max(0.02, shares.Max() - shares.Min());
        plot.Axes.SetLimitsY(Math.Max(0, shares.Min() - (0.3 * range)), shares.Max() + (0.1 * range));
        plot.YLabel("share");
        plot.Title($"Mean shares of {result.Rounds} rounds");
    }

    private static void DrawCourse(Plot plot, TournamentResult result)
    {
        var shown = PlotTheme.Shown(result.Times.Count).ToList();
        double[] times = [.. shown.Select(i => result.Times[i].UtcDateTime.ToOADate())];
        foreach (var standing in result.Standings)
        {
            var line = plot.Add.ScatterLine(times, [.. shown.Select(i => standing.Running[i])]);
            line.LineWidth = 2;
            line.LegendText = standing.Name;
        }

        PlotTheme.TimeAxis(plot);

        // The mean of the first few rounds says nothing, and its swings would squeeze the rest.
        var settled = result.Standings.SelectMany(standing => standing.Running.Skip(result.Times.Count / 10)).ToList();
        if (settled.Count > 0 && settled.Max() - settled.Min() is > 0 and var range)
        {
            plot.Axes.SetLimitsY(settled.Min() - (0.1 * range), settled.Max() + (0.1 * range));
        }

        plot.Title("Mean combined share so far");
        plot.YLabel("share");
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
