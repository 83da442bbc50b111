using Bittbridge.Miner.Prices;
using Bittbridge.Models;

namespace Bittbridge.Miner.Forecasting;

/// <summary>The answer to a challenge.</summary>
/// <param name="Forecast">Null if there is no forecast; <paramref name="Reason"/> says why.</param>
/// <param name="Model">The model that made the forecast: the active model or the fallback.</param>
/// <param name="MadeAt">The miner's clock; the forecast is for one hour later.</param>
/// <param name="Series">The price series that it was made from.</param>
/// <param name="Source">The source of those prices.</param>
/// <param name="Reason">Why there is no forecast, or why the fallback made it; null if the active model made it.</param>
internal sealed record LiveForecast(
    Forecast? Forecast,
    ModelId Model,
    DateTimeOffset MadeAt,
    PriceSeries? Series,
    string? Source,
    string? Reason
)
{
    /// <summary>The deployed calibration that made the interval; null for the miner's own estimator and for the fallback.</summary>
    public ModelId? Calibration { get; init; }

    /// <summary>The prices that were used, so that shadows use the same; null if there is no forecast.</summary>
    public PriceHistory? History { get; init; }

    /// <summary>How the forecast came about.</summary>
    public ForecastRole Role => Reason is null ? ForecastRole.Active : ForecastRole.Fallback;

    /// <summary>The newest of these prices; null if there is no forecast.</summary>
    public double? LastPrice => History?.Newest?.Cny;
}
