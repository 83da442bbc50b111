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

    /// <summary>What the property of an asker begins with: of one with a validator permit, and of what stands for none.</summary>
    public const string AskerPrefix = "asker_";

    /// <summary>As <see cref="AskerPrefix"/>, of an asker without a permit.</summary>
    public const string OtherPrefix = "other_";

    /// <summary>How many answers were given that have no property of their own.</summary>
    public const string MoreAnswers = "MoreAnswers";

    /// <summary>The property of an asker.</summary>
    public static string Asker(string asker, bool hasPermit = true) =>
        (hasPermit ? AskerPrefix : OtherPrefix) + string.Concat((asker ?? "").Where(char.IsAsciiLetterOrDigit));

    /// <summary>Whether a property is that of an asker.</summary>
    public static bool IsAsker(string property) =>
        property.StartsWith(AskerPrefix, StringComparison.Ordinal) || property.StartsWith(OtherPrefix, StringComparison.Ordinal);
}
