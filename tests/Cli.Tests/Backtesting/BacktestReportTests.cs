using Bittbridge.Backtesting;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using Spectre.Console;
using Spectre.Console.Testing;

namespace Bittbridge.Cli.Tests.Backtesting;

[Collection(CommandRun.Console)]
public sealed class BacktestReportTests
{
    [Fact]
    public void Each_row_holds_its_own_figure_and_bounds()
    {
        var result = new BacktestResult(
            "odd@1",
            From: new(2025, 10, 13, 15, 25, 0, TimeSpan.Zero),
            To: new(2025, 10, 16, 1, 40, 0, TimeSpan.Zero),
            Forecasts: 700,
            FellBack: 3,
            Problem: "it threw",
            Figures: new(
                Count: 600,
                MeanAbsoluteError: 0.001001,
                MaeRatio: 0.9002,
                RmseRatio: 0.9003,
                Coverage: 0.9004,
                WorstWeek: 0.9005,
                WorstDay: 0.9006,
                MeanWidth: 0.007007,
                Winkler: 0.008008,
                IntervalScore: 0.9009,
                IntervalScoreRounded: 0.9010
            ),
            MaeRatioBounds: new(0.8011, 0.9012),
            CoverageBounds: new(0.8013, 0.9014),
            WinklerBounds: new(0.007015, 0.009016)
        )
        {
            AcrossOpenings = Part(40, maeRatio: 0.9021, coverage: 0.9022, meanWidth: 0.006023, winkler: 0.008024),
            Elsewhere = Part(560, maeRatio: 0.9031, coverage: 0.9032, meanWidth: 0.006033, winkler: 0.008034),
            Aim = IntervalAim.Coverage,
            Level = 0.9,
        };

        Assert.Equal(
            [
                "odd@1, aim coverage 0.90",
                "700 forecasts from 2025-10-13 15:25 to 2025-10-16 01:40 UTC, 600 of them scored",
                "3 of them are fallbacks to the last price: it threw",
                "│ figure │ value │ 90 % bounds │",
                "│ mean absolute error, CNY │ 0.001001 │ │",
                "│ ratio to the last price's │ 0.9002 │ 0.8011 to 0.9012 │",
                "│ root mean squared error, ratio │ 0.9003 │ │",
                "│ coverage │ 0.9004 │ 0.8013 to 0.9014 │",
                "│ of the worst 7 days │ 0.9005 │ │",
                "│ of the worst day │ 0.9006 │ │",
                "│ mean width, CNY │ 0.007007 │ │",
                "│ Winkler score at 90 %, CNY │ 0.008008 │ 0.007015 to 0.009016 │",
                "│ validator's interval score │ 0.9009 │ │",
                "│ with the price at 4 decimals │ 0.9010 │ │",
                "│ across openings, 40 forecasts: error ratio │ 0.9021 │ │",
                "│ coverage │ 0.9022 │ │",
                "│ mean width, CNY │ 0.006023 │ │",
                "│ Winkler score at 90 %, CNY │ 0.008024 │ │",
                "│ elsewhere, 560 forecasts: error ratio │ 0.9031 │ │",
                "│ coverage │ 0.9032 │ │",
                "│ mean width, CNY │ 0.006033 │ │",
                "│ Winkler score at 90 %, CNY │ 0.008034 │ │",
            ],
            Shown(result)
        );
    }

    /// <summary>The lines of the report, without the rules of its table and with one blank between words.</summary>
    private static List<string> Shown(BacktestResult result)
    {
        using var console = new TestConsole();
        console.Profile.Width = 200;
        AnsiConsole.Console = console;
        BacktestReport.Show(result, json: false);
        return console
            .Lines.Where(line => !line.Contains('─', StringComparison.Ordinal))
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .ToList();
    }

    /// <summary>The figures that the report shows of a part of the rounds.</summary>
    private static Evaluation Part(int count, double maeRatio, double coverage, double meanWidth, double winkler) =>
        new(
            count,
            MeanAbsoluteError: 1,
            maeRatio,
            RmseRatio: 1,
            coverage,
            WorstWeek: 1,
            WorstDay: 1,
            meanWidth,
            winkler,
            IntervalScore: 1,
            IntervalScoreRounded: 1
        );
}
