using System.Globalization;
using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>The keys of the table <c>forecasts</c>.</summary>
public static class ForecastKeys
{
    /// <summary>The day of the target in UTC, such as <c>tether-cny-2026-11-23</c>.</summary>
    public static string Partition(PriceSeries series, DateTimeOffset target) => string.Create(CultureInfo.InvariantCulture, $"{series}-{target.UtcDateTime:yyyy-MM-dd}");

    /// <summary>The target's mark and the model, such as <c>2026-11-23T11:05Z exponential-smoothing@1</c>.</summary>
    public static string Row(PriceMark target, ModelId model) => $"{PriceKeys.Row(target)} {model}";

    /// <summary>The property of an asker.</summary>
    public static string Asker(string asker) => "asker_" + string.Concat((asker ?? "").Where(char.IsAsciiLetterOrDigit));
}
