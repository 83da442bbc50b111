using System.Globalization;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Files;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Models.Text;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Prices in a CSV file. The first line names the columns, in any order and case: <c>timestamp_utc</c> (ISO 8601), <c>close</c> (CNY per
/// USDT) and, optionally, <c>usd</c> (USD per USDT); other columns are ignored. Rows may be in any order and repeated. The bounds of live
/// prices apply.
/// </summary>
public static class PriceCsv
{
    private const string TimeColumn = "timestamp_utc";
    private const string CloseColumn = "close";
    private const string UsdColumn = "usd";

    /// <summary>More than <see cref="MaxLines"/> lines with times, prices and a few other columns.</summary>
    private const int MaxBytes = 512 * 1024 * 1024;

    /// <summary>Ten years of five-minute prices are a million.</summary>
    private const int MaxLines = 3_000_000;

    /// <summary>The earliest time that a row may have: Tether started in October 2014.</summary>
    public static readonly DateTimeOffset MinTime = new(2014, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every row must have an earlier time.</summary>
    public static readonly DateTimeOffset MaxTime = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads prices. A problem is one sentence that names the line, the value and the expected form.</summary>
    /// <returns>The rows in their order, at least one; null if something is wrong.</returns>
    public static IReadOnlyList<PricePoint>? Read(string path, out string? problem)
    {
        if (UserFile.TryReadBytes(path, MaxBytes, out var bytes, out var file))
        {
            return Read(bytes, path, out problem);
        }

        problem = file.ToString();
        return null;
    }

    /// <summary>
    /// Reads the bars of an offshore rate in the same form, CNH per USD. <c>timestamp_utc</c> is the start of a bar; a column <c>usd</c> is
    /// ignored.
    /// </summary>
    /// <inheritdoc cref="Read(string, out string?)" path="/returns"/>
    public static IReadOnlyList<(DateTimeOffset Start, double Close)>? ReadRates(string path, out string? problem)
    {
        if (!UserFile.TryReadBytes(path, MaxBytes, out var bytes, out var file))
        {
            problem = file.ToString();
            return null;
        }

        return ReadRates(bytes, path, out problem);
    }

    /// <inheritdoc cref="ReadRates(string, out string?)"/>
    internal static IReadOnlyList<(DateTimeOffset Start, double Close)>? ReadRates(byte[] bytes, string path, out string? problem) =>
        Read(bytes, path, Quantity.Rate, out problem)?.ConvertAll(point => (point.Time, point.Cny));

    /// <inheritdoc cref="Read(string, out string?)"/>
    internal static IReadOnlyList<PricePoint>? Read(byte[] bytes, string path, out string? problem) =>
        Read(bytes, path, Quantity.Price, out problem);

    private static List<PricePoint>? Read(byte[] bytes, string path, Quantity quantity, out string? problem)
    {
        if (!TextBytes.TryDecode(bytes, out var text, out var why))
        {
            problem = new FileProblem(path, why, TextBytes.Remedy).ToString();
            return null;
        }

        var points = Read(new CsvRecords(new StringReader(text)), quantity, out var fault);
        problem = fault is null ? null : $"The file {Shown.Path(path)} {fault}";
        return points;
    }

    /// <summary>Returns the rows; null if something is wrong, with the rest of a sentence whose subject is the file.</summary>
    private static List<PricePoint>? Read(CsvRecords records, Quantity quantity, out string? fault)
    {
        var (fields, points, known) = (
            new List<string>(),
            new List<PricePoint>(),
            new Dictionary<DateTimeOffset, (PricePoint Point, int Line)>()
        );
        Columns? columns = null;
        fault = null;
        while (fault is null && records.TryRead(fields))
        {
            if (records.Line > MaxLines)
            {
                fault = string.Create(CultureInfo.InvariantCulture, $"has more than {MaxLines} lines: cut it into parts.");
            }
            else if (fields is [""])
            {
                // Ignore blank lines.
            }
            else if (columns is null)
            {
                fault = Header(fields, records.Line, quantity, out columns);
            }
            else if ((fault = Row(fields, columns, records.Line, quantity, out var point)) is null)
            {
                fault = Contradiction(point, records.Line, quantity, known);
                points.Add(point);
            }
        }

        fault ??=
            records.Problem is { } broken
                ? $"has {broken} in line {records.Line}: write CSV as RFC 4180 describes it, such as 2025-10-13T15:15:00Z,7.1397."
            : points.Count == 0 ? $"contains no {quantity.Noun}: name another file."
            : null;
        return fault is null ? points : null;
    }

    private static string? Header(List<string> fields, int line, Quantity quantity, out Columns columns)
    {
        columns = new(IndexOf(TimeColumn), IndexOf(CloseColumn), quantity.HasUsd ? IndexOf(UsdColumn) : -1, fields.Count);
        var missing =
            columns.Time < 0 ? TimeColumn
            : columns.Close < 0 ? CloseColumn
            : null;
        string[] names = quantity.HasUsd ? [TimeColumn, CloseColumn, UsdColumn] : [TimeColumn, CloseColumn];
        var twice = names.FirstOrDefault(name => fields.Count(field => Is(field, name)) > 1);

        // The message does not show the line: a file named by mistake may contain a secret.
        return missing is not null
                ? $"has no column {missing} in line {line}: name the columns {TimeColumn},{CloseColumn} there, separated by "
                    + $"commas{(quantity.HasUsd ? $", and {UsdColumn} where it is known" : "")}."
            : twice is not null ? $"has the column {twice} more than once in line {line}: name each column once."
            : null;

        int IndexOf(string name) => fields.FindIndex(field => Is(field, name));

        static bool Is(string field, string name) => field.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    private static string? Row(List<string> fields, Columns columns, int line, Quantity quantity, out PricePoint point)
    {
        point = default;
        if (fields.Count != columns.Count)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"has {Shown.Value(string.Join(',', fields))} in line {line}: it has {fields.Count} "
                    + $"{(fields.Count == 1 ? "field" : "fields")} where the first line names {columns.Count}, so write a row such as "
                    + $"2025-10-13T15:15:00Z,7.1397, with a point in the number."
            );
        }

        var (time, close, usd) = (fields[columns.Time], fields[columns.Close], columns.Usd < 0 ? "" : fields[columns.Usd]);
        if (!IsoTime.TryParse(time, out var instant))
        {
            return $"has the time {Shown.Value(time)} in line {line}: write {IsoTime.Wanted}.";
        }

        if (instant < MinTime || instant >= MaxTime)
        {
            return $"has the time '{time}' in line {line}: write one from {MinTime.Year} to {MaxTime.Year - 1}.";
        }

        if (!TryNumber(close, PriceCheck.MinCny, PriceCheck.MaxCny, out var cny))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"has the {CloseColumn} {Shown.Value(close)} in line {line}: write {quantity.Unit} as a number from {PriceCheck.MinCny} to "
                    + $"{PriceCheck.MaxCny}, such as 7.1397."
            );
        }

        double? dollars = null;
        if (usd.Length > 0)
        {
            if (!TryNumber(usd, PriceCheck.MinUsd, PriceCheck.MaxUsd, out var given))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"has the {UsdColumn} {Shown.Value(usd)} in line {line}: write USD per USDT as a number from {PriceCheck.MinUsd} to "
                        + $"{PriceCheck.MaxUsd}, or leave it empty."
                );
            }

            dollars = given;
        }

        point = new(instant, cny, dollars);
        return null;
    }

    /// <summary>Objects to a repeated instant with another price, because it is unclear which price is right.</summary>
    private static string? Contradiction(
        PricePoint point,
        int line,
        Quantity quantity,
        Dictionary<DateTimeOffset, (PricePoint Point, int Line)> known
    )
    {
        if (known.TryAdd(point.Time, (point, line)))
        {
            return null;
        }

        var before = known[point.Time];
        return before.Point.Cny != point.Cny || (before.Point.Usd is { } usd && point.Usd is { } other && usd != other)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"has two different {quantity.Noun}s for {IsoTime.Text(point.Time)}, in line {before.Line} and in line {line}: remove "
                    + $"the wrong one."
            )
            : null;
    }

    private static bool TryNumber(string text, double least, double most, out double number) =>
        double.TryParse(
            text,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out number
        )
        && number >= least
        && number <= most;

    /// <summary>What the column <c>close</c> holds.</summary>
    private sealed record Quantity(string Noun, string Unit, bool HasUsd)
    {
        public static readonly Quantity Price = new("price", "CNY per USDT", HasUsd: true);
        public static readonly Quantity Rate = new("rate", "CNH per USD", HasUsd: false);
    }

    /// <summary>The indexes of the columns (-1 for a missing one), and the number of columns.</summary>
    private sealed record Columns(int Time, int Close, int Usd, int Count);
}
