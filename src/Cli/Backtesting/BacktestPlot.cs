using Bittbridge.Backtesting;
using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using ScottPlot;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Four panels: prices with forecasts and intervals, the error by UTC hour, the coverage over time, and the coverage by level.
/// </summary>
internal static class BacktestPlot
{
    /// <summary>Three days; more would be unreadable.</summary>
    private const int MaxForecasts = 864;

    /// <summary>The window of the rolling coverage, about a day.</summary>
    private const int Rolling = 288;

    public static Multiplot Draw(
        BacktestResult result,
        IReadOnlyList<MadeForecast> made,
        IReadOnlyList<(double Level, double Held)> reliability
    )
    {
        var panels = new Multiplot();
        panels.AddPlots(4);
        panels.Layout = new ScottPlot.MultiplotLayouts.Grid(2, 2);
        var scored = BacktestResult.Scored(made);
        DrawForecasts(panels.GetPlot(0), result, made);
        DrawHours(panels.GetPlot(1), scored);
        DrawCoverage(panels.GetPlot(2), result, scored);
        DrawReliability(panels.GetPlot(3), reliability);
        return panels;
    }

    private static void DrawForecasts(Plot plot, BacktestResult result, IReadOnlyList<MadeForecast> made)
    {
        var shown = made.Where(forecast => forecast.Truth is not null).TakeLast(MaxForecasts).ToList();
        var times = shown.Select(forecast => (forecast.MadeAt + Forecast.Horizon).UtcDateTime.ToOADate()).ToArray();
        if (shown.TrueForAll(forecast => forecast.Forecast.Interval is not null))
        {
            var band = plot.Add.FillY(
                times,
                shown.Select(forecast => forecast.Forecast.Interval!.Value.Lower).ToArray(),
                shown.Select(forecast => forecast.Forecast.Interval!.Value.Upper).ToArray()
            );
            band.FillStyle.Color = Colors.SteelBlue.WithAlpha(0.25);
            band.LineStyle.Width = 0;
            band.LegendText = "interval";
        }

        Line(plot, times, shown.Select(forecast => forecast.Truth!.Value).ToArray(), Colors.Black, 1, "price");
        Line(plot, times, shown.Select(forecast => forecast.Forecast.Price).ToArray(), Colors.OrangeRed, 1, "forecast of an hour before");
        plot.Axes.DateTimeTicksBottom();
        plot.ShowLegend(Alignment.UpperLeft);
        plot.Title($"{result.Model}: the last {shown.Count} forecasts");
        plot.YLabel("CNY per USDT");
    }

    private static void DrawHours(Plot plot, IReadOnlyList<ScoredForecast> scored)
    {
        foreach (var hour in scored.GroupBy(forecast => forecast.MadeAt.UtcDateTime.Hour))
        {
            Bar(plot, hour.Key - 0.2, hour.Average(forecast => forecast.Error), Colors.OrangeRed);
            Bar(plot, hour.Key + 0.2, hour.Average(forecast => forecast.ErrorOfLast), Colors.LightGray);
        }

        plot.Legend.ManualItems.Add(new() { LabelText = "forecast", FillColor = Colors.OrangeRed });
        plot.Legend.ManualItems.Add(new() { LabelText = "last price", FillColor = Colors.LightGray });
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.SetLimitsX(-1, 24);
        plot.Axes.Margins(bottom: 0);
        plot.Title("Mean absolute error by hour");
        plot.XLabel("UTC hour of the forecast");
        plot.YLabel("CNY");
    }

    private static void DrawCoverage(Plot plot, BacktestResult result, IReadOnlyList<ScoredForecast> scored)
    {
        var (times, held) = (new List<double>(), new List<double>());
        var sum = 0;
        var rolling = Math.Min(Rolling, scored.Count);
        for (var i = 0; i < scored.Count; i++)
        {
            sum += (scored[i].IsCovered ? 1 : 0) - (i >= rolling && scored[i - rolling].IsCovered ? 1 : 0);
            if (i >= rolling - 1)
            {
                times.Add(scored[i].MadeAt.UtcDateTime.ToOADate());
                held.Add((double)sum / rolling);
            }
        }

        Line(plot, [.. times], [.. held], Colors.SteelBlue, 2, "coverage");
        if (result.Figures.Coverage is { } coverage)
        {
            Level(plot, coverage, Colors.SteelBlue, "overall");
        }

        if (result is { Aim: IntervalAim.Coverage, Level: { } level })
        {
            Level(plot, level, Colors.Black, "nominal");
        }

        plot.Axes.DateTimeTicksBottom();
        plot.ShowLegend(Alignment.LowerLeft);
        plot.Title($"Coverage of the last {rolling} forecasts");
        plot.YLabel("coverage");
    }

    private static void DrawReliability(Plot plot, IReadOnlyList<(double Level, double Held)> reliability)
    {
        Line(plot, [0, 1], [0, 1], Colors.Black, 1, "nominal");
        var held = plot.Add.Scatter(reliability.Select(at => at.Level).ToArray(), reliability.Select(at => at.Held).ToArray());
        held.Color = Colors.SteelBlue;
        held.MarkerSize = 7;
        held.LegendText = "actual";
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.ShowLegend(Alignment.UpperLeft);
        plot.Title("Reliability of calibrated intervals");
        plot.XLabel("nominal level");
        plot.YLabel("coverage");
    }

    private static void Line(Plot plot, double[] x, double[] y, Color color, float width, string legend)
    {
        var line = plot.Add.ScatterLine(x, y);
        line.Color = color;
        line.LineWidth = width;
        line.LegendText = legend;
    }

    private static void Level(Plot plot, double y, Color color, string legend)
    {
        var line = plot.Add.HorizontalLine(y, 1, color, LinePattern.Dashed);
        line.LegendText = legend;
    }

    private static void Bar(Plot plot, double position, double value, Color color) =>
        plot.Add.Bar(
            new()
            {
                Position = position,
                Value = value,
                FillColor = color,
                Size = 0.4,
                LineWidth = 0,
            }
        );
}
