using System.Globalization;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;

namespace Bittbridge.Miner.Forecasting;

/// <summary>The keys of the table <c>forecasts</c>.</summary>
internal static class ForecastKeys
{
    /// <summary>The day of the target in UTC, such as <c>tether-cny-2026-11-23</c>.</summary>
    public static string Partition(PriceSeries series, DateTimeOffset target) =>
        string.Create(CultureInfo.InvariantCulture, $"{series}-{target.UtcDateTime:yyyy-MM-dd}");

    /// <summary>The target's slot and the model, such as <c>2026-11-23T11:05Z exponential-smoothing@1</c>.</summary>
    public static string Row(PriceSlot target, ModelId model) => $"{PriceKeys.Row(target)} {model}";

    /// <summary>The prefix of the properties of callers with a validator permit, and of <see cref="ForecastRecord.Shadow"/>.</summary>
    public const string CallerPrefix = "caller_";

    /// <summary>The prefix of the properties of callers without a permit.</summary>
    public const string OtherPrefix = "other_";

    /// <summary>The number of answers without a property of their own.</summary>
    public const string MoreAnswers = "MoreAnswers";

    /// <summary>The property of a caller.</summary>
    public static string Caller(string caller, bool hasPermit = true) =>
        (hasPermit ? CallerPrefix : OtherPrefix) + string.Concat(caller.Where(char.IsAsciiLetterOrDigit));

    /// <summary>Whether a property is that of a caller.</summary>
    public static bool IsCaller(string property) =>
        property.StartsWith(CallerPrefix, StringComparison.Ordinal) || property.StartsWith(OtherPrefix, StringComparison.Ordinal);
}
