using Bittbridge.Backtesting;
using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using ScottPlot;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Four panels: prices with forecasts and intervals, the error by UTC hour, the coverage over time, and the coverage by level.
/// </summary>
internal sealed class BacktestPlot(PlotTheme theme)
{
    /// <summary>Three days; more would be unreadable.</summary>
    private const int MaxForecasts = 864;

    /// <summary>The window of the rolling coverage, about a day.</summary>
    private const int Day = 288;

    /// <summary>With more days than this, the window is a week, because daily values would be unreadable.</summary>
    private const int MaxDays = 30;

    public Multiplot Draw(BacktestResult result, IReadOnlyList<MadeForecast> made, IReadOnlyList<(double Level, double Held)> reliability)
    {
        var panels = new Multiplot();
        panels.AddPlots(4);
        panels.Layout = new ScottPlot.MultiplotLayouts.Grid(2, 2);
        var scored = BacktestResult.Scored(made);
        DrawForecasts(panels.GetPlot(0), result, made);
        DrawHours(panels.GetPlot(1), scored);
        DrawCoverage(panels.GetPlot(2), result, scored);
        DrawReliability(panels.GetPlot(3), reliability);
        for (var i = 0; i < 4; i++)
        {
            theme.Finish(panels.GetPlot(i));
        }

        return panels;
    }

    private void DrawForecasts(Plot plot, BacktestResult result, IReadOnlyList<MadeForecast> made)
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
            band.FillStyle.Color = theme.Calm.WithAlpha(0.25);
            band.LineStyle.Width = 0;
            band.LegendText = "interval";
        }

        Line(plot, times, shown.Select(forecast => forecast.Truth!.Value).ToArray(), theme.Strong, 1, "price");
        Line(plot, times, shown.Select(forecast => forecast.Forecast.Price).ToArray(), theme.Accent, 1, "forecast of an hour before");
        PlotTheme.TimeAxis(plot);
        plot.Title($"{result.Model}: the last {shown.Count} forecasts");
        plot.YLabel("CNY per USDT");
    }

    private void DrawHours(Plot plot, IReadOnlyList<ScoredForecast> scored)
    {
        // Shows the ratio, because the two errors differ by only a small part of either.
        foreach (var hour in scored.GroupBy(forecast => forecast.MadeAt.UtcDateTime.Hour))
        {
            var last = hour.Average(forecast => forecast.ErrorOfLast);
            if (last > 0)
            {
                var ratio = hour.Average(forecast => forecast.Error) / last;
                plot.Add.Bar(
                    new()
                    {
                        Position = hour.Key,
                        ValueBase = 1,
                        Value = ratio,
                        FillColor = ratio <= 1 ? theme.Calm : theme.Accent,
                        Size = 0.8,
                        LineWidth = 0,
                    }
                );
            }
        }

        plot.Legend.ManualItems.Add(new() { LabelText = "better than the last price", FillColor = theme.Calm });
        plot.Legend.ManualItems.Add(new() { LabelText = "worse", FillColor = theme.Accent });
        plot.Axes.SetLimitsX(-0.6, 23.6);
        int[] hours = [0, 3, 6, 9, 12, 15, 18, 21, 23];
        plot.Axes.Bottom.SetTicks([.. hours.Select(hour => (double)hour)], [.. hours.Select(hour => $"{hour}")]);
        plot.Title("Mean absolute error by hour, relative to the last price's");
        plot.XLabel("UTC hour of the forecast");
        plot.YLabel("error / error of the last price");
    }

    private void DrawCoverage(Plot plot, BacktestResult result, IReadOnlyList<ScoredForecast> scored)
    {
        var (times, held) = (new List<double>(), new List<double>());
        var sum = 0;
        // As the overall figure: forecasts without an interval do not count.
        scored = [.. scored.Where(forecast => forecast.Interval is not null)];
        var isLong = scored.Count > MaxDays * Day;
        var rolling = Math.Min(isLong ? 7 * Day : Day, scored.Count);
        for (var i = 0; i < scored.Count; i++)
        {
            sum += (scored[i].IsCovered ? 1 : 0) - (i >= rolling && scored[i - rolling].IsCovered ? 1 : 0);
            if (i >= rolling - 1)
            {
                times.Add(scored[i].MadeAt.UtcDateTime.ToOADate());
                held.Add((double)sum / rolling);
            }
        }

        var shown = PlotTheme.Shown(times.Count).ToList();
        Line(plot, [.. shown.Select(i => times[i])], [.. shown.Select(i => held[i])], theme.Calm, 2, "coverage");
        if (result.Figures.Coverage is { } coverage)
        {
            Level(plot, coverage, theme.Calm, "overall");
        }

        if (result is { Aim: IntervalAim.Coverage, Level: { } level })
        {
            Level(plot, level, theme.Strong, "nominal");
        }

        PlotTheme.TimeAxis(plot);
        plot.Title($"Coverage of the last {rolling} forecasts ({(isLong ? "a week" : "a day")})");
        plot.YLabel("coverage");
    }

    private void DrawReliability(Plot plot, IReadOnlyList<(double Level, double Held)> reliability)
    {
        Line(plot, [0, 1], [0, 1], theme.Strong, 1, "nominal");
        var held = plot.Add.Scatter(reliability.Select(at => at.Level).ToArray(), reliability.Select(at => at.Held).ToArray());
        held.Color = theme.Calm;
        held.MarkerSize = 7;
        held.LegendText = "actual";
        plot.Axes.SetLimits(0, 1, 0, 1);
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
}
