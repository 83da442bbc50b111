using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Rates;

namespace Bittbridge.Models.BuiltIn.Offshore;

/// <summary>An offshore-opening model around a model whose forecast is the last value of its replay.</summary>
internal sealed class ReplayedOffshoreOpeningModel(IPredictionModel inner, Func<RateHistory> rates)
    : ReplayableOffshoreOpeningModel(inner, rates),
        IReplayedForecast
{
    public double Replay(PriceHistory history, DateTimeOffset madeAt, Span<double> forecasts)
    {
        var level = ((IReplayedForecast)Inner).Replay(history, madeAt, forecasts);
        var rule = new OpeningRule(RatesFor(madeAt, history), history);
        Move(history, rule, forecasts);
        return rule.Apply(level, madeAt.ToUnixTimeMilliseconds(), history.Count - 1);
    }
}
