using Bittbridge.Backtesting;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;

namespace Bittbridge.Cli.Prices;

/// <summary>
/// Collects the prices of CSV files that other programs wrote: spreadsheets, exchanges, CoinGecko's website, yfinance. A line that can't be
/// understood is reported with one sentence; the other lines are read.
/// </summary>
/// <param name="wantedColumns">The columns that the user named.</param>
/// <param name="stamp">What the times of bars mean.</param>
internal sealed class ForeignPrices(ForeignColumnNames wantedColumns, BarStamp stamp)
{
    private static readonly string[] Nothing = ["", "-", "nan", "null", "none", "n/a", "#n/a"];

    private readonly Dictionary<DateTimeOffset, (PricePoint Point, string Place)> _points = [];

    /// <summary>The prices in ascending time, one for each instant.</summary>
    public IReadOnlyList<PricePoint> Points => [.. _points.Values.Select(one => one.Point).OrderBy(point => point.Time)];

    /// <summary>A sentence for each refused line.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>The number of lines without a price, such as bars in which nothing was traded.</summary>
    public int Empty { get; private set; }

    /// <summary>Adds a file.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="text">Its whole text.</param>
    /// <returns>What was understood of the file.</returns>
    /// <exception cref="UsageException">It has no columns of prices.</exception>
    public ForeignFile Add(string name, string text)
    {
        var separator = SeparatorOf(text);
        var records = new CsvRecords(new StringReader(text), separator);
        var (fields, rows) = (new List<string>(), new List<(int Line, PricePoint Point)>());
        ForeignColumns? columns = null;
        var titles = 0;
        while (records.TryRead(fields))
        {
            if (fields.TrueForAll(string.IsNullOrEmpty))
            {
                continue;
            }

            if (columns is null)
            {
                columns =
                    ForeignColumns.Of(fields, wantedColumns)
                    ?? throw new UsageException(ForeignColumns.Problem(name, records.Line, separator, wantedColumns));
                if (columns.HasTitles)
                {
                    titles = columns.TitleLines;
                    continue;
                }
            }

            // Below the titles, yfinance writes lines with the symbol and the name of the index.
            if (titles > 1 && fields[0] is "Ticker" or "Date" or "Datetime")
            {
                titles--;
                continue;
            }

            titles = 0;
            if (Row(fields, columns, out var point) is { } why)
            {
                Refused.Add($"{name}, line {records.Line}: {why}");
            }
            else if (point is { } good)
            {
                rows.Add((records.Line, good));
            }
            else
            {
                Empty++;
            }
        }

        if (records.Problem is { } broken)
        {
            throw new UsageException($"The file {name} has {broken} in line {records.Line}: write CSV as RFC 4180 describes it.");
        }

        if (columns is null)
        {
            throw new UsageException($"The file {name} is empty: name another one.");
        }

        var isAtStart = stamp == BarStamp.Start || (stamp == BarStamp.Auto && columns.IsOfBars);
        var bar = isAtStart ? UsualStep.Of(rows.Select(row => row.Point.Time)) : TimeSpan.Zero;

        foreach (var (line, point) in rows)
        {
            Keep(new(point.Time + bar, point.Cny, point.Usd), $"{name}, line {line}");
        }

        return new(name, rows.Count, columns.TimeTitle, columns.PriceTitle, bar);
    }

    private void Keep(PricePoint point, string place)
    {
        if (_points.TryAdd(point.Time, (point, place)))
        {
            return;
        }

        var (known, before) = _points[point.Time];
        if (known.Cny != point.Cny || (known.Usd is { } old && point.Usd is { } young && old != young))
        {
            Refused.Add(
                $"{place}: the price for {IsoTime.Text(point.Time)} is {point.Cny}, and it is {known.Cny} in {before}; remove the wrong "
                    + "one."
            );
        }
        else if (known.Usd is null)
        {
            _points[point.Time] = (point, before);
        }
    }

    /// <summary>Reads a line. Returns why it is refused, or null, with the price if the line has one.</summary>
    private static string? Row(List<string> fields, ForeignColumns columns, out PricePoint? point)
    {
        point = null;
        if (fields.Count <= columns.Last)
        {
            return $"it has {fields.Count} {(fields.Count == 1 ? "field" : "fields")}, and {columns.PriceTitle} is field "
                + $"{columns.Last + 1}: complete the line, or remove it.";
        }

        var (time, price) = (columns.TimeOf(fields), fields[columns.Price]);
        if (!ForeignTime.TryParse(time, out var instant))
        {
            return $"the time {Shown.Value(time)} can't be read in one way only: {ForeignTime.Remedy}.";
        }

        if (instant < PriceCsv.MinTime || instant >= PriceCsv.MaxTime)
        {
            return $"the time {Shown.Value(time)} is {IsoTime.Text(instant)}: write one from {PriceCsv.MinTime.Year} to "
                + $"{PriceCsv.MaxTime.Year - 1}.";
        }

        if (IsNothing(price))
        {
            return null;
        }

        if (!ForeignNumber.TryParse(price, out var cny) || cny is < PriceCheck.MinCny or > PriceCheck.MaxCny)
        {
            return $"the price {Shown.Value(price)} is not CNY per USDT: write a number from {PriceCheck.MinCny} to {PriceCheck.MaxCny}, "
                + "such as 7.1397, or name the right column with --price-column.";
        }

        double? usd = null;
        if (columns.Usd >= 0 && columns.Usd < fields.Count && fields[columns.Usd] is var dollars && !IsNothing(dollars))
        {
            if (!ForeignNumber.TryParse(dollars, out var read) || read is < PriceCheck.MinUsd or > PriceCheck.MaxUsd)
            {
                return $"the USD price {Shown.Value(dollars)} is not USD per USDT: write a number from {PriceCheck.MinUsd} to "
                    + $"{PriceCheck.MaxUsd}, or leave it empty.";
            }

            usd = read;
        }

        point = new(instant, cny, usd);
        return null;
    }

    private static bool IsNothing(string text) => Nothing.Contains(text, StringComparer.OrdinalIgnoreCase);

    /// <summary>A tab or a semicolon if the first line with text has one, because no title contains either; otherwise a comma.</summary>
    private static char SeparatorOf(string text)
    {
        var start = text.AsSpan().TrimStart("\r\n \t").ToString();
        var end = start.IndexOfAny(['\r', '\n']);
        var line = end < 0 ? start : start[..end];
        return line.Contains('\t', StringComparison.Ordinal) ? '\t'
            : line.Contains(';', StringComparison.Ordinal) ? ';'
            : ',';
    }
}

/// <summary>What was understood of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prices">How many prices it has.</param>
/// <param name="TimeTitle">The column of the times.</param>
/// <param name="PriceTitle">The column of the prices.</param>
/// <param name="Bar">The length of its bars, which was added to every time; zero if the times are those of the prices.</param>
internal sealed record ForeignFile(string Name, int Prices, string TimeTitle, string PriceTitle, TimeSpan Bar);

/// <summary>What the time of a price means.</summary>
internal enum BarStamp
{
    /// <summary>The start of a bar if the file has the columns open, high and low; otherwise the instant of the price.</summary>
    Auto,

    /// <summary>The start of a bar whose close was known when it ended.</summary>
    Start,

    /// <summary>The instant of the price.</summary>
    End,
}
