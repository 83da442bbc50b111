using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Bittbridge.Cli.Backtesting;

/// <summary>The colors of a plot, and what all plots share: font, time axis and a legend that covers nothing.</summary>
internal sealed record PlotTheme(Color Background, Color Text, Color Grid, Color Strong, Color Accent, Color Calm, Color Pale)
{
    private static readonly PlotTheme Light = new(
        Colors.White,
        Color.FromHex("#222222"),
        Color.FromHex("#dddddd"),
        Colors.Black,
        Colors.OrangeRed,
        Colors.SteelBlue,
        Colors.LightSteelBlue
    );

    private static readonly PlotTheme Dark = new(
        Color.FromHex("#161b22"),
        Color.FromHex("#d7dde4"),
        Color.FromHex("#30363d"),
        Colors.White,
        Color.FromHex("#ff8a5c"),
        Color.FromHex("#6cb2f7"),
        Color.FromHex("#3f6184")
    );

    /// <summary>More points than a panel has pixels only make the file larger.</summary>
    private const int MaxPoints = 700;

    /// <summary>Usual sans-serif fonts, before the one that makes up for none.</summary>
    private static readonly string[] FontNames =
    [
        "Inter",
        "Segoe UI",
        "Helvetica Neue",
        "Arial",
        "Liberation Sans",
        "DejaVu Sans",
        "Noto Sans",
    ];

    private static readonly string Font = SansSerif();

    public static PlotTheme Of(PlotColors colors) => colors == PlotColors.Dark ? Dark : Light;

    /// <summary>Every n-th of them and the last, where n leaves no more than a panel can show.</summary>
    public static IEnumerable<int> Shown(int count)
    {
        var step = (count + MaxPoints - 1) / MaxPoints;
        for (var i = 0; i < count; i += Math.Max(1, step))
        {
            yield return i;
        }

        if (count > 0 && (count - 1) % Math.Max(1, step) != 0)
        {
            yield return count - 1;
        }
    }

    /// <summary>Styles a panel that is drawn, and puts its legend below it.</summary>
    public void Finish(Plot plot)
    {
        // The last label of a time axis is wider than its half of the tick spacing.
        plot.Axes.Right.MinimumSize = 45;
        plot.FigureBackground.Color = Background;
        plot.DataBackground.Color = Background;
        plot.Axes.Color(Text);
        plot.Grid.MajorLineColor = Grid;
        plot.Font.Set(Font);
        plot.Legend.FontName = Font;
        plot.Legend.BackgroundColor = Background;
        plot.Legend.FontColor = Text;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.ShowLegend(Edge.Bottom);
    }

    /// <summary>Dates as ISO 8601 has them, in UTC.</summary>
    public static void TimeAxis(Plot plot)
    {
        plot.Axes.DateTimeTicksBottom();
        if (plot.Axes.Bottom.TickGenerator is DateTimeAutomatic ticks)
        {
            ticks.LabelFormatter = time => time.TimeOfDay == TimeSpan.Zero ? $"{time:yyyy-MM-dd}" : $"{time:HH:mm}\n{time:yyyy-MM-dd}";
        }

        plot.XLabel("UTC");
    }

    private static string SansSerif() =>
        FontNames.FirstOrDefault(name =>
        {
            using var family = SKFontManager.Default.MatchFamily(name);
            return family?.FamilyName == name;
        }) ?? Fonts.Sans;
}
