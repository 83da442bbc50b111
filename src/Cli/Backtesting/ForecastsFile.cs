using Bittbridge.Backtesting;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Forecasts as CSV: <c>made_at_utc,target_utc,price,lower,upper</c>. Numbers round-trip; a missing bound is empty.
/// </summary>
internal static class ForecastsFile
{
    public const string Header = "made_at_utc,target_utc,price,lower,upper";

    /// <exception cref="RefusedException">The file can't be written.</exception>
    public static void Write(FileInfo file, IEnumerable<MadeForecast> forecasts) =>
        OutputFile.Write(file, path => File.WriteAllLines(path, forecasts.Select(Line).Prepend(Header)));

    private static string Line(MadeForecast made)
    {
        var (forecast, target) = (made.Forecast, made.MadeAt + Forecast.Horizon);
        var times = $"{IsoTime.Text(made.MadeAt)},{IsoTime.Text(target)}";
        return $"{times},{forecast.Price:R},{forecast.Interval?.Lower:R},{forecast.Interval?.Upper:R}";
    }
}
