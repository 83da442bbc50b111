using System.CommandLine;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Forecasting;
using Spectre.Console;

namespace Bittbridge.Cli.Fitting;

/// <summary><c>bittbridge fit</c>: trains the linear model with its scaler and writes it to a file.</summary>
internal static class FitCommand
{
    private static readonly Option<RangeEnd?> From = TestRange.From();
    private static readonly Option<RangeEnd?> To = TestRange.To();
    private static readonly Option<FileInfo?> Out = ForecastOptions.Required(
        ValueOptions.File("--out", "The file to write", "the path of the file to write")
    );
    private static readonly Option<string> Version = new ValueOption<string>(
        "--model-version",
        "The model's version, which is stored with every forecast",
        "1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first, such as 2",
        TryReadVersion
    )
    {
        DefaultValueFactory = _ => "1",
    };
    private static readonly Option<int> Lags = ValueOptions.WholeNumber(
        "--lags",
        "The number of 5-minute lags that the model uses",
        1,
        Forecaster.MaxHistory / 2,
        LinearModelFitter.DefaultLags
    );

    public static Command Create()
    {
        var command = new Command(
            "fit",
            "Fits the linear model and its scaler to recorded prices, and writes a file for the miner's setting LinearModel and for "
                + "'bittbridge backtest --model'."
        )
        {
            ForecastOptions.Prices,
            Out,
            From,
            To,
            Version,
            Lags,
        };
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.SetAction((parsed, ct) => Task.FromResult(Run(parsed, ct)));
        return command;
    }

    private static bool TryReadVersion(string text, out string version) => ModelId.IsPart(version = text);

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var (file, version, lags) = (parsed.GetValue(ForecastOptions.Prices)!, parsed.GetValue(Version)!, parsed.GetValue(Lags));
        var prices = TestRange.Prices(PriceFile.Read(file), parsed.GetValue(From), parsed.GetValue(To));
        var parameters =
            LinearModelFitter.Fit(prices, version, $"{prices.Count} USDT/CNY prices of {Path.GetFileName(file.Name)}", lags, ct)
            ?? throw new UsageException(
                $"{prices.Count} prices contain too few hours for a fit: at least {LinearModelFitter.MinCases} are needed, so name a "
                    + "longer range."
            );
        if (parameters.Problem() is { } problem)
        {
            throw new UsageException($"These {prices.Count} prices give no model ({problem}): name a range in which the price moves.");
        }

        OutputFile.Write(parsed.GetValue(Out)!, path => File.WriteAllText(path, parameters.ToJson() + "\n"));
        var (from, to) = (parameters.From, parameters.To);
        AnsiConsole.MarkupLineInterpolated(
            $"Fitted linear@{version} to {parameters.Cases} hours from {from:yyyy-MM-dd HH:mm} to {to:yyyy-MM-dd HH:mm} UTC."
        );
        return 0;
    }
}
