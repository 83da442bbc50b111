using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Rates;

namespace Bittbridge.Models.BuiltIn.Offshore;

/// <summary>An offshore-opening model around a model that can replay its past.</summary>
internal class ReplayableOffshoreOpeningModel(IPredictionModel inner, Func<RateHistory> rates)
    : OffshoreOpeningModel(inner, rates),
        IPastForecasts
{
    public void Replay(PriceHistory history, Span<double> forecasts)
    {
        ArgumentNullException.ThrowIfNull(history);
        ((IPastForecasts)Inner).Replay(history, forecasts);
        Move(history, new(CurrentRates, history), forecasts);
    }

    private protected static void Move(PriceHistory history, OpeningRule rule, Span<double> forecasts)
    {
        var times = history.TimesUnixMs;
        for (var i = 0; i < forecasts.Length; i++)
        {
            forecasts[i] = rule.Apply(forecasts[i], times[i], i);
        }
    }
}
