using System.Globalization;
using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>Prices in a CSV file: the columns <c>timestamp_utc,close</c> (CNY per USDT) and, where they are known, a third, <c>usd</c> (USD per USDT). Rows in any order, repeated or not.</summary>
public static class PriceCsv
{
    private const string Header = "timestamp_utc,close";
    private const string HeaderWithUsd = "timestamp_utc,close,usd";
    private const int MostShown = 60;

    /// <summary>The rows as they stand, at least one; null, with a sentence that names the line and the remedy, where there is something wrong.</summary>
    public static IReadOnlyList<PricePoint>? Read(string path, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"The file {path} can't be read ({exception.Message.TrimEnd('.')}): name a CSV file of prices that is there.";
            return null;
        }

        var points = new List<PricePoint>(lines.Length);
        var columns = lines.Length > 0 && lines[0].Trim() == HeaderWithUsd ? 3 : 2;
        for (var i = 0; i < lines.Length; i++)
        {
            if (i == 0 ? lines[0].Trim() is not (Header or HeaderWithUsd) : !TryRead(lines[i], columns, points))
            {
                problem = $"The file {path} has '{(lines[i].Length > MostShown ? lines[i][..MostShown] + "…" : lines[i])}' in line {i + 1}: "
                    + $"the first line is {Header}, and every other one such as 2025-10-13T15:15:00Z,7.1397 with a price above zero, so mend that line or take it out.";
                return null;
            }
        }

        problem = points.Count > 0 ? null : $"The file {path} holds no price: name another.";
        return points.Count > 0 ? points : null;
    }

    private static bool TryRead(string line, int columns, List<PricePoint> points)
    {
        if (line.Trim().Length == 0)
        {
            return true;
        }

        var parts = line.Split(',');
        if (parts.Length != columns
            || !DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || !TryPrice(parts[1], out var close))
        {
            return false;
        }

        double? usd = null;
        if (columns == 3 && parts[2].Trim().Length > 0)
        {
            if (!TryPrice(parts[2], out var known))
            {
                return false;
            }

            usd = known;
        }

        points.Add(new(time, close, usd));
        return true;
    }

    private static bool TryPrice(string text, out double price) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out price) && PricePoint.IsPrice(price);
}
