using System.CommandLine;
using Bittbridge.Backtesting;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models;
using Spectre.Console;

namespace Bittbridge.Cli.Prices;

/// <summary>Writes prices as the file that <see cref="PriceCsv"/> reads.</summary>
internal static class PriceOutput
{
    public static Option<FileInfo?> Option() =>
        ForecastOptions.Required(ValueOptions.File("--out", "The file to write", "the path of the file to write"));

    /// <summary>Writes the file and describes it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="points">The prices, at least one, in any order.</param>
    /// <exception cref="RefusedException">The file can't be written.</exception>
    public static void Write(FileInfo file, IReadOnlyList<PricePoint> points)
    {
        var sorted = points.OrderBy(point => point.Time).ToList();
        var hasUsd = sorted.Exists(point => point.Usd is not null);
        OutputFile.Write(
            file,
            path =>
                File.WriteAllLines(
                    path,
                    sorted
                        .Select(point => $"{IsoTime.Text(point.Time)},{point.Cny:R}{(hasUsd ? $",{point.Usd:R}" : "")}")
                        .Prepend($"timestamp_utc,close{(hasUsd ? ",usd" : "")}")
                )
        );
        var (from, to) = (sorted[0].Time, sorted[^1].Time);
        AnsiConsole.MarkupLineInterpolated(
            $"Wrote {Count(sorted.Count)}, from {from:yyyy-MM-dd HH:mm} to {to:yyyy-MM-dd HH:mm} UTC, to {Shown.Path(file.ToString())}."
        );
        if (Objection(sorted) is { } objection)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{objection}[/]");
        }
    }

    public static string Count(int count) => $"{count} {(count == 1 ? "price" : "prices")}";

    /// <summary>Why no model can be measured with the prices; null when one can.</summary>
    private static string? Objection(IReadOnlyList<PricePoint> points)
    {
        try
        {
            _ = new PriceRecording(points);
            return null;
        }
        catch (BacktestException exception)
        {
            return exception.Message;
        }
    }
}
