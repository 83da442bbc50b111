using System.CommandLine;
using System.Globalization;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Miner;
using Bittbridge.Models;
using Spectre.Console;

namespace Bittbridge.Cli.Fitting;

/// <summary><c>bittbridge fit</c>: trains the linear model with its scaler, into a file.</summary>
internal static class FitCommand
{
    private static readonly Option<string?> From = Stretch.From();
    private static readonly Option<string?> To = Stretch.To();
    private static readonly Option<FileInfo> Out = new("--out") { Description = "The file to write", Required = true };
    private static readonly Option<string> Version = new("--model-version") { Description = "The model's version, kept with every forecast", DefaultValueFactory = _ => "1" };
    private static readonly Option<int> Lags = new("--lags") { Description = "How many 5-minute lags the model looks back", DefaultValueFactory = _ => LinearModelFitter.DefaultLags };

    public static Command Create()
    {
        var command = new Command("fit", "Fits the linear model and its scaler to prices, and writes what the miner's setting LinearModel and 'bittbridge backtest --model' read.") { ForecastOptions.Prices, Out, From, To, Version, Lags };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (file, version, lags) = (parsed.GetValue(ForecastOptions.Prices)!, parsed.GetValue(Version)!, parsed.GetValue(Lags));
        if (!ModelId.IsPart(version))
        {
            throw new UsageException($"{Shown.Value(version)} is no version: use 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first.");
        }

        if (lags is < 1 or > Forecaster.AtHand / 2)
        {
            throw new UsageException($"--lags is {lags}: give a number from 1 to {Forecaster.AtHand / 2}.");
        }

        var prices = Stretch.Prices(PriceRecording.Read(file), parsed.GetValue(From), parsed.GetValue(To));
        var parameters = LinearModelFitter.Fit(prices, version, string.Create(CultureInfo.InvariantCulture, $"{prices.Count} USDT/CNY prices of {Path.GetFileName(file.Name)}"), lags)
            ?? throw new UsageException($"{prices.Count} prices hold too few hours to fit to: at least {LinearModelFitter.FewestCases} are needed, so name a longer stretch.");
        OutputFile.Write(parsed.GetValue(Out)!, path => File.WriteAllText(path, parameters.ToJson() + "\n"));
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Fitted linear@{version} to {parameters.Cases} hours from {parameters.From:yyyy-MM-dd HH:mm} to {parameters.To:yyyy-MM-dd HH:mm} UTC.");
        return 0;
    }
}
