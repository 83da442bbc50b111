using System.Text.RegularExpressions;
using Bittbridge.Cli.Reporting;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Testing;
using Spectre.Console;

namespace Bittbridge.Cli.Tests.Reporting;

[Collection(CommandRun.Console)]
public sealed class ReportViewTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    [Theory]
    [InlineData("exponential-smoothing@1")]
    [InlineData("filtered-smoothers-with-a-name-that-is-as-long-as-a-name-may-be@2026-11-23")]
    public void On_a_terminal_no_line_is_wider_than_120_columns_and_no_figure_is_cut(string model)
    {
        var lines = Lines(isTerminal: true, model);

        Assert.Every(lines, line => Assert.True(line.TrimEnd().Length <= 120, line));
        Assert.Equal(2, lines.Count(line => line.Contains("0.00123", StringComparison.Ordinal)));
        Assert.Every(
            lines.Where(line => line.Contains("0.00123", StringComparison.Ordinal)),
            line => Assert.Matches(@"288 +0\.00123 +0\.950 +90\.1 % +0\.0100 +0\.099 +0\.0150 +12/1450 +\d+\.\d %", line)
        );
        Assert.Equal(2, lines.Count(line => Regex.IsMatch(line, @" +0\.912–1\.043 +88\.0–93\.2 % +0\.095–0\.103 *$")));
        Assert.DoesNotContain(lines, line => line.Contains('…', StringComparison.Ordinal));
    }

    [Fact]
    public void On_a_terminal_figures_are_aligned_at_the_right()
    {
        var lines = Lines(isTerminal: true, "exponential-smoothing@1");
        var start = Array.FindIndex(lines, line => line.StartsWith("By model", StringComparison.Ordinal)) + 1;
        var rows = lines[start..].Where(line => line.Contains("@1", StringComparison.Ordinal)).Take(2).ToArray();

        Assert.Equal(rows[0].IndexOf(" 288 ", StringComparison.Ordinal) + 4, rows[1].IndexOf(" 2 ", StringComparison.Ordinal) + 2);
    }

    [Fact]
    public void Elsewhere_columns_are_separated_by_tabs_without_padding()
    {
        var lines = Lines(isTerminal: false, "exponential-smoothing@1");

        Assert.Contains(
            "exponential-smoothing@1\tActive\t288\t0.00123\t0.950\t0.912–1.043\t"
                + "90.1 %\t88.0–93.2 %\t0.0100\t0.099\t0.095–0.103\t0.0150\t12/1450\t99.3 %",
            lines
        );
        Assert.Contains("last-price@1\tFallback\t2\t–\t–\t–\t–\t–\t–\t–\t–\t–\t–\t0.7 %", lines);
        Assert.Every(lines, line => Assert.Equal(line.Trim(), line));
        Assert.Every(lines, line => Assert.DoesNotContain("  ", line, StringComparison.Ordinal));
        Assert.Every(lines, line => Assert.DoesNotContain('\e', line));
    }

    private static string[] Lines(bool isTerminal, string model)
    {
        DayScore[] days =
        [
            new(
                Day,
                model,
                ForecastRole.Active,
                288,
                288,
                0.00123,
                0.0013,
                0.95,
                0.912,
                1.043,
                288,
                0.901,
                0.88,
                0.932,
                0.01,
                0.099,
                0.095,
                0.103,
                0.015,
                12,
                1450,
                new Dictionary<string, int> { ["Alice"] = 288 },
                0
            ),
            new(
                Day,
                "last-price@1",
                ForecastRole.Fallback,
                2,
                2,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Dictionary<string, int>(),
                0
            ),
        ];
        TotalScore[] totals =
        [
            new(
                model,
                ForecastRole.Active,
                1,
                288,
                288,
                0.00123,
                0.0013,
                0.95,
                0.912,
                1.043,
                288,
                0.901,
                0.88,
                0.932,
                0.01,
                0.099,
                0.095,
                0.103,
                0.015
            ),
            new(
                "last-price@1",
                ForecastRole.Fallback,
                1,
                2,
                2,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null
            ),
        ];
        var (output, console) = (System.Console.Out, AnsiConsole.Console);
        using var said = new StringWriter();
        System.Console.SetOut(said);
        AnsiConsole.Console = AnsiConsole.Create(
            new()
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(said),
            }
        );
        AnsiConsole.Console.Profile.Width = 200;
        try
        {
            new ReportView(isTerminal).Show(new("tether-cny", Day, Day, 2 / 290d, totals, days, null));
        }
        finally
        {
            System.Console.SetOut(output);
            AnsiConsole.Console = console;
        }

        return said.ToString().Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
    }
}
