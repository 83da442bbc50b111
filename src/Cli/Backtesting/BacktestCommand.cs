using System.CommandLine;
using Bittbridge.Backtesting;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli.Backtesting;

/// <summary><c>bittbridge backtest</c>: makes one forecast at each price of a recording, and scores them.</summary>
internal static class BacktestCommand
{
    private static readonly Option<RangeEnd?> From = TestRange.From();
    private static readonly Option<RangeEnd?> To = TestRange.To();
    private static readonly Option<FileInfo?> Out = ValueOptions.File(
        "--out",
        "Write the forecasts to this CSV file",
        "the path of the CSV file to write"
    );
    private static readonly Option<FileInfo?> Plot = ValueOptions.File(
        "--plot",
        "Draw the forecasts to this file, .svg or .png",
        "the path of the file to draw, .svg or .png"
    );
    private static readonly Option<PlotColors> Theme = PlotOption.Theme();
    private static readonly Option<bool> Json = new("--json") { Description = "The figures as JSON" };

    public static Command Create(ModelSelection models, bool draws = true)
    {
        var model = models.Option();
        var command = new Command(
            "backtest",
            "Makes one forecast at each price of a recording from the prices known at that time, as the miner would, and scores them. "
                + "Intervals come from the calibration of this version unless --calibration names another."
        )
        {
            ForecastOptions.Prices,
            ForecastOptions.Rates,
            model,
            ForecastOptions.Aim,
            ForecastOptions.Level,
            From,
            To,
            Out,
            Json,
            ForecastOptions.Learning,
            ForecastOptions.Intervals,
            ForecastOptions.CalibrationFile,
        };
        if (draws)
        {
            command.Options.Add(Plot);
            command.Options.Add(Theme);
            command.Demand(result => PlotFile.Objection(result.GetValue(Plot)));
        }

        command.Demand(result => models.Objection(models.NameIn(result, model), result.GetValue(ForecastOptions.Rates) is not null));
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.SetAction((parsed, ct) => RunAsync(parsed, models, models.NameIn(parsed.CommandResult, model), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ModelSelection models, string name, CancellationToken ct)
    {
        var plot = parsed.GetValue(Plot) is { } file ? new PlotFile(file) : null;
        var recording = PriceFile.Read(parsed.GetValue(ForecastOptions.Prices)!);
        var range = TestRange.Of(recording, parsed.GetValue(From), parsed.GetValue(To));
        var model = models.Find(name, recording.Whole.Until(range[0]), RateFile.Read(parsed.GetValue(ForecastOptions.Rates)));
        var (aim, level, estimators) = (
            parsed.GetValue(ForecastOptions.Aim),
            parsed.GetValue(ForecastOptions.Level),
            ForecastOptions.Estimators(parsed)
        );
        var backtest = new Backtest(model, estimators(aim, level), parsed.GetValue(ForecastOptions.Intervals) == "own");
        var made = await ConsoleProgress.ShowAsync(
            $"{model.Id}",
            range.Count,
            progress => backtest.RunAsync(recording, range, progress, ct)
        );
        if (parsed.GetValue(Out) is { } forecasts)
        {
            ForecastsFile.Write(forecasts, made);
        }

        var result = BacktestResult.Of(model.Id, made) with { Aim = aim, Level = level };
        plot?.Save(
            new BacktestPlot(PlotTheme.Of(parsed.GetValue(Theme))).Draw(
                result,
                made,
                Reliability.Of(model, recording, made, l => estimators(IntervalAim.Coverage, l), ct)
            )
        );
        BacktestReport.Show(result, parsed.GetValue(Json));
        return 0;
    }
}
