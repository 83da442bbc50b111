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

    private static readonly Option<bool> Search = new("--search")
    {
        Description =
            "Tries lags and ridges walk-forward on the second half of the prices and fits with the chosen ones; hold later prices back "
            + "with --to, to measure what was found",
    };

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
            Search,
        };
        command.Demand(result =>
            result.GetValue(Search) && result.GetResult(Lags) is { Implicit: false }
                ? "--lags and --search exclude each other: remove one of them."
                : null
        );
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.SetAction(RunAsync);
        return command;
    }

    private static bool TryReadVersion(string text, out string version) => ModelId.IsPart(version = text);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var (file, version) = (parsed.GetValue(ForecastOptions.Prices)!, parsed.GetValue(Version)!);
        var prices = TestRange.Prices(PriceFile.Read(file), parsed.GetValue(From), parsed.GetValue(To));
        var chosen = parsed.GetValue(Search) ? await SearchAsync(prices, ct) : null;
        var (lags, ridge) = (chosen?.Lags ?? parsed.GetValue(Lags), chosen?.Ridge ?? LinearModelFitter.DefaultRidge);
        var parameters =
            LinearModelFitter.Fit(prices, version, FittedOn(prices.Count, file, chosen), lags, ridge, ct)
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

    private static string FittedOn(int count, FileInfo file, LinearModelTrial? chosen) =>
        $"{count} USDT/CNY prices of {Path.GetFileName(file.Name)}"
        + (chosen is null ? "" : $", {chosen.Lags} lags and ridge {chosen.Ridge} by search");

    private static async Task<LinearModelTrial> SearchAsync(PriceHistory prices, CancellationToken ct)
    {
        var trials =
            await ConsoleProgress.ShowAsync("search", LinearModelSearch.Count, progress => LinearModelSearch.RunAsync(prices, progress, ct))
            ?? throw new UsageException(
                $"{prices.Count} prices are too few, or move too little, for a search in {LinearModelSearch.Parts} parts: name a longer "
                    + "range."
            );
        var chosen = LinearModelSearch.Choose(trials);
        var table = new Table().RoundedBorder();
        foreach (
            var title in Enumerable
                .Range(1, LinearModelSearch.Parts)
                .Select(part => $"part {part}")
                .Prepend("all")
                .Prepend("ridge")
                .Prepend("lags")
        )
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var trial in trials)
        {
            table.AddRow([
                $"{trial.Lags}",
                $"{trial.Ridge}",
                .. trial.PartRatios.Prepend(trial.MaeRatio).Select(ratio => ratio.ToString("0.0000")),
            ]);
        }

        AnsiConsole.MarkupLine("Mean absolute error over the last price's, each part forecast by a fit to all prices before it:");
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(
            $"Chosen: {chosen.Lags} lags, ridge {chosen.Ridge}, the least flexible within one standard error of the best."
        );
        return chosen;
    }
}
