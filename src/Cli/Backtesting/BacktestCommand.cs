using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli.Backtesting;

/// <summary><c>bittbridge backtest</c>: makes one forecast at each price of a recording, and scores them.</summary>
internal static class BacktestCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = ForecastOptions.ModelDescription,
        DefaultValueFactory = _ => BuiltInModels.Default,
    };
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
    private static readonly Option<bool> Json = new("--json") { Description = "The figures as JSON" };

    public static Command Create(ModelSelection models)
    {
        var command = new Command(
            "backtest",
            "Makes one forecast at each price of a recording from the prices known at that time, as the miner would, and scores them. "
                + "Intervals come from the calibration of this version unless --calibration names another."
        )
        {
            ForecastOptions.Prices,
            Model,
            ForecastOptions.Aim,
            ForecastOptions.Level,
            From,
            To,
            Out,
            Plot,
            Json,
            ForecastOptions.Learning,
            ForecastOptions.Intervals,
            ForecastOptions.CalibrationFile,
        };
        command.Demand(result => models.Objection(result.GetValue(Model)!));
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.Demand(result => PlotFile.Objection(result.GetValue(Plot)));
        command.SetAction((parsed, ct) => RunAsync(parsed, models, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ModelSelection models, CancellationToken ct)
    {
        var plot = parsed.GetValue(Plot) is { } file ? new PlotFile(file) : null;
        var recording = PriceRecording.Read(parsed.GetValue(ForecastOptions.Prices)!);
        var range = TestRange.Of(recording, parsed.GetValue(From), parsed.GetValue(To));
        var model = models.Find(parsed.GetValue(Model)!, recording.Whole.Until(range[0]));
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

        var result = BacktestResult.Of(model.Id, aim, level, made, ct);
        if (result is null)
        {
            throw new UsageException("No hour of the range has ended within the prices, so nothing can be scored: name a longer range.");
        }

        plot?.Save(BacktestPlot.Draw(result, made, Reliability.Of(model, recording, made, l => estimators(IntervalAim.Coverage, l), ct)));
        BacktestReport.Show(result, parsed.GetValue(Json));
        return 0;
    }
}
