using System.Globalization;
using Azure.Data.Tables;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Maps an answer to a row of the table <c>forecasts</c>.</summary>
internal static class ForecastEntity
{
    /// <summary>The row of an answer, without its callers.</summary>
    public static TableEntity Of(string partition, string row, ForecastRecord record) =>
        new(partition, row)
        {
            ["MadeAt"] = record.MadeAt,
            ["Price"] = record.Forecast.Price,
            ["Lower"] = record.Forecast.Interval?.Lower,
            ["Upper"] = record.Forecast.Interval?.Upper,
            ["Model"] = record.Model.Name,
            ["Version"] = record.Model.Version,
            ["Calibration"] = record.Calibration?.ToString(),
            ["Role"] = record.Role.ToString(),
            ["LastPrice"] = record.LastPrice,
            ["LatencyMs"] = record.Latency.TotalMilliseconds,
        };

    /// <summary>
    /// The answer that this caller got, which may differ from the first caller's, as text: when it was made, price, lower bound, upper
    /// bound, milliseconds.
    /// </summary>
    public static string Told(ForecastRecord record)
    {
        var (price, interval, latency) = (record.Forecast.Price, record.Forecast.Interval, record.Latency.TotalMilliseconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{record.MadeAt:O} {price:R} {interval?.Lower:R} {interval?.Upper:R} {latency:0.###}"
        );
    }
}
