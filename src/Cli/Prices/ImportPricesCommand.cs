using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Files;
using Spectre.Console;

namespace Bittbridge.Cli.Prices;

/// <summary><c>bittbridge prices import</c>: makes one file of prices of the files of other programs.</summary>
internal static class ImportPricesCommand
{
    private const int MaxBytes = 512 * 1024 * 1024;
    private const int MaxShown = 20;

    private static readonly Argument<FileInfo[]> Files = new("FILES")
    {
        Description = "The CSV files; those of several days or programs are joined",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<FileInfo?> Out = PriceOutput.Option();
    private static readonly Option<string?> TimeColumn = new("--time-column") { Description = "The title of the column with the times" };
    private static readonly Option<string?> PriceColumn = new("--price-column")
    {
        Description = "The title of the column with CNY per USDT",
    };
    private static readonly Option<string?> UsdColumn = new("--usd-column") { Description = "The title of the column with USD per USDT" };
    private static readonly Option<BarStamp> Stamp = ValueOptions.Choice(
        "--stamp",
        "What the times mean: the start of a bar, whose close is known when it ends (start), or the instant of the price (end); auto is "
            + "start for files with the columns open, high and low",
        ("auto", BarStamp.Auto),
        ("start", BarStamp.Start),
        ("end", BarStamp.End)
    );
    private static readonly Option<bool> Skip = new("--skip-refused") { Description = "Leaves refused lines out and writes the others" };

    public static Command Create()
    {
        var command = new Command(
            "import",
            "Reads CSV files of spreadsheets, exchanges, CoinGecko's website or yfinance, and writes one file of prices. Fields may be "
                + "separated by commas, semicolons or tabs, numbers may have a decimal comma, and times may be ISO 8601 or Unix time, in "
                + "UTC where they name no offset."
        )
        {
            Files,
            Out,
            TimeColumn,
            PriceColumn,
            UsdColumn,
            Stamp,
            Skip,
        };
        command.Demand(result => OutputFile.Objection(result.GetValue(Out)));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var prices = new ForeignPrices(
            new(parsed.GetValue(TimeColumn), parsed.GetValue(PriceColumn), parsed.GetValue(UsdColumn)),
            parsed.GetValue(Stamp)
        );
        foreach (var file in parsed.GetValue(Files)!)
        {
            if (!UserFile.TryReadText(file.ToString(), MaxBytes, out var text, out var problem))
            {
                throw new UsageException(problem.ToString());
            }

            var understood = prices.Add(Shown.Path(file.ToString()), text);
            var (times, shift) = (understood.TimeTitle, Shift(understood.Bar));
            AnsiConsole.MarkupLineInterpolated(
                $"{understood.Name}: {PriceOutput.Count(understood.Prices)} of {understood.PriceTitle}, at the times of {times}{shift}"
            );
        }

        if (prices.Empty > 0)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"{prices.Empty} {(prices.Empty == 1 ? "line without a price is" : "lines without a price are")} left out."
            );
        }

        foreach (var sentence in prices.Refused.Take(MaxShown))
        {
            Console.Error.WriteLine(sentence);
        }

        var left = prices.Refused.Count - MaxShown;
        if (left > 0)
        {
            Console.Error.WriteLine($"… and {left} more {(left == 1 ? "line" : "lines")}.");
        }

        if (prices.Refused.Count > 0 && !parsed.GetValue(Skip))
        {
            throw new RefusedException(
                $"{prices.Refused.Count} {(prices.Refused.Count == 1 ? "line is" : "lines are")} refused, so nothing was written: mend "
                    + "them, or leave them out with --skip-refused."
            );
        }

        var points = prices.Points;
        if (points.Count == 0)
        {
            throw new RefusedException("No line has a price, so nothing was written: name other files.");
        }

        PriceOutput.Write(parsed.GetValue(Out)!, points);
        return 0;
    }

    private static string Shift(TimeSpan bar) =>
        bar == TimeSpan.Zero ? "." : $" plus {bar.TotalMinutes:0.##} minutes, since a bar's close is known when it ends (--stamp).";
}
