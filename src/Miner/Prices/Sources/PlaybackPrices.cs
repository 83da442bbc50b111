using System.Globalization;
using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>Reads a recording: a CSV with the columns <c>timestamp_utc,close</c>.</summary>
internal static class PlaybackPrices
{
    /// <exception cref="SettingsException">The file can't be read or a line of it is wrong.</exception>
    public static PriceHistory Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The recording {path} can't be read ({exception.Message.TrimEnd('.')}): name a CSV file that is there in Bittbridge:Prices:Source.", exception);
        }

        var points = new List<PricePoint>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            if (i == 0 ? lines[0].Trim() != "timestamp_utc,close" : !TryRead(lines[i], points))
            {
                throw new SettingsException($"The recording {path} has '{(lines[i].Length > 60 ? lines[i][..60] : lines[i])}' in line {i + 1}: the first line is timestamp_utc,close and every other one such as 2025-10-13T15:15:00Z,7.1397.");
            }
        }

        return points.Count > 0 ? PriceHistory.FromPoints(points) : throw new SettingsException($"The recording {path} holds no price: name another in Bittbridge:Prices:Source.");
    }

    private static bool TryRead(string line, List<PricePoint> points)
    {
        if (line.Trim().Length == 0)
        {
            return true;
        }

        var parts = line.Split(',');
        if (parts.Length != 2
            || !DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var close) || !PricePoint.IsPrice(close))
        {
            return false;
        }

        points.Add(new(time, close));
        return true;
    }
}
