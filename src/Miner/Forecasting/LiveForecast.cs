using Bittbridge.Miner.Prices;
using Bittbridge.Models;

namespace Bittbridge.Miner.Forecasting;

/// <summary>What a challenge is answered with.</summary>
/// <param name="Forecast">Null: no answer can be given, and <paramref name="Reason"/> says why.</param>
/// <param name="Model">Whose forecast it is: the configured model's or the fallback's.</param>
/// <param name="MadeAt">The miner's clock; the forecast is for one hour later.</param>
/// <param name="Series">Which prices it was made from.</param>
/// <param name="Source">Where those came from.</param>
/// <param name="Reason">Why there is no forecast, or why it is the fallback's; null when all is well.</param>
internal sealed record LiveForecast(
    Forecast? Forecast,
    ModelId Model,
    DateTimeOffset MadeAt,
    PriceSeries? Series,
    string? Source,
    string? Reason
)
{
    /// <summary>The calibration that was chosen for the model's intervals; null for the miner's own, and for the fallback's.</summary>
    public ModelId? Calibration { get; init; }

    /// <summary>What was known then, so that shadows forecast from the same; null where there is no forecast.</summary>
    public PriceHistory? History { get; init; }

    /// <summary>How the forecast came about.</summary>
    public ForecastRole Role => Reason is null ? ForecastRole.Active : ForecastRole.Fallback;

    /// <summary>The newest price then; null where there is no forecast.</summary>
    public double? LastPrice => History?.Newest?.Cny;
}
