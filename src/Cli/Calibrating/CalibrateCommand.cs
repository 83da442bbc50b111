using System.CommandLine;
using Bittbridge.Backtesting;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Spectre.Console;

namespace Bittbridge.Cli.Calibrating;

/// <summary><c>bittbridge calibrate</c>: fits the distribution of a model's errors and writes it to a file.</summary>
internal static class CalibrateCommand
{
    private static readonly Option<RangeEnd?> From = TestRange.From();
    private static readonly Option<RangeEnd?> To = TestRange.To();
    private static readonly Option<FileInfo?> Out = ForecastOptions.Required(
        ValueOptions.File("--out", "The file to write", "the path of the file to write")
    );

    public static Command Create(ModelSelection models)
    {
        var model = models.Option();
        var command = new Command(
            "calibrate",
            "Fits the distribution of a model's one-hour errors on recorded prices, and writes the calibration of its intervals."
        )
        {
            ForecastOptions.Prices,
            ForecastOptions.Rates,
            Out,
            model,
            From,
            To,
        };
        command.Demand(result => models.Objection(models.NameIn(result, model), result.GetValue(ForecastOptions.Rates) is not null));
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.SetAction(
            (parsed, ct) =>
            {
                var rates = RateFile.Read(parsed.GetValue(ForecastOptions.Rates));
                return RunAsync(parsed, models.Find(models.NameIn(parsed.CommandResult, model), PriceHistory.Empty, rates), ct);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IPredictionModel model, CancellationToken ct)
    {
        var file = parsed.GetValue(ForecastOptions.Prices)!;
        var prices = TestRange.Prices(PriceFile.Read(file), parsed.GetValue(From), parsed.GetValue(To));
        if (model is not IPastForecasts)
        {
            throw new UsageException(
                $"The model {model.Id} can't replay past forecasts, so its errors are unknown and it can't be calibrated: its intervals "
                    + "use the shipped calibration and the last price's errors. Name another model."
            );
        }

        await new Backtest(model).InitializeAsync(ct);
        var calibration =
            CalibrationFitter.Fit(prices, model, $"{prices.Count} USDT/CNY prices of {Path.GetFileName(file.Name)}", ct)
            ?? throw new UsageException(
                $"{prices.Count} prices contain too few hours for a calibration: at least {CalibrationFitter.MinCases} are needed, so name "
                    + "a longer range."
            );
        if (calibration.Problem() is { } problem)
        {
            throw new UsageException(
                $"These {prices.Count} prices give no calibration ({problem}): name a range in which the price moves."
            );
        }

        OutputFile.Write(parsed.GetValue(Out)!, path => File.WriteAllText(path, calibration.ToJson() + "\n"));
        AnsiConsole.MarkupInterpolated(
            $"Fitted to {calibration.Cases} hours of {calibration.Model} from {calibration.From:yyyy-MM-dd HH:mm} to "
        );
        AnsiConsole.MarkupLineInterpolated(
            $"{calibration.To:yyyy-MM-dd HH:mm} UTC: 90 % of the errors are within {calibration.Quantiles[89]:0.000} local scales."
        );
        return 0;
    }
}
