using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.BuiltIn.TwoFactor;

/// <summary>
/// USDT/CNY as the product of two prices of different kinds: USD/CNY, a random walk, which stays where it is, and USDT/USD, which is drawn
/// back to its mean:
/// <code>
///   forecast = x / u · (m + k (u - m)),  m the mean of u,  k = Cov(u, u one hour later) / Var(u), within 0 and 1
/// </code>
/// the best linear prediction from the newest value [Brockwell and Davis 1991, section 5.1]; since the variance holds the noise of a quote
/// too, noise is shrunk away with the rest. Where USDT/USD is not known, or for less than half a day of hours, the last price.
/// </summary>
/// <remarks>To be run as a shadow: the recorded prices hold no USDT/USD, so whether it helps could not be judged; it is tested on simulated
/// prices whose parameters are known.</remarks>
public sealed class TwoFactorModel : IPredictionModel
{
    /// <summary>Fewer hours of USDT/USD say too little about how fast it comes back.</summary>
    public const int MinHours = 144;

    public ModelId Id { get; } = new("two-factor", "1");

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.IsEmpty)
        {
            return new((Forecast?)null);
        }

        var (price, usd) = (history.Prices[^1], history.UsdPrices[^1]);
        var forecast = Reversion(history) is var (mean, stays) && !double.IsNaN(usd) ? price / usd * (mean + stays * (usd - mean)) : price;
        return new(new Forecast(PricePoint.IsPrice(forecast) ? forecast : price));
    }

    /// <summary>
    /// The mean of USDT/USD and the share of a distance from it that is left after an hour; null where too little is known.
    /// </summary>
    private static (double Mean, double Stays)? Reversion(PriceHistory history)
    {
        var usd = history.UsdPrices;
        var hours = new MaturedForecasts(history.TimesUnixMs);
        var (mean, count) = (0d, 0);
        foreach (var value in usd)
        {
            if (!double.IsNaN(value))
            {
                mean += (value - mean) / ++count;
            }
        }

        var (together, alone, known) = (0d, 0d, 0);
        for (var i = 0; i < usd.Length; i++)
        {
            while (hours.TryNext(i, out var origin, out var truth))
            {
                if (truth >= 0 && !double.IsNaN(usd[origin]) && !double.IsNaN(usd[truth]))
                {
                    together += (usd[origin] - mean) * (usd[truth] - mean);
                    alone += (usd[origin] - mean) * (usd[origin] - mean);
                    known++;
                }
            }
        }

        return known >= MinHours && alone > 0 ? (mean, Math.Clamp(together / alone, 0, 1)) : null;
    }
}
