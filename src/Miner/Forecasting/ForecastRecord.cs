using Bittbridge.Miner.Prices;
using Bittbridge.Models;

namespace Bittbridge.Miner.Forecasting;

/// <summary>A stored answer, to be scored when its hour has passed.</summary>
/// <param name="Series">The price series that it was made from.</param>
/// <param name="Model">The model that made it.</param>
/// <param name="MadeAt">The miner's clock when it was made.</param>
/// <param name="Forecast">The answer.</param>
/// <param name="Latency">How long the answer took.</param>
/// <param name="Caller">The caller: an ss58 address, <see cref="Unverified"/> or <see cref="Shadow"/>.</param>
internal sealed record ForecastRecord(
    PriceSeries Series,
    ModelId Model,
    DateTimeOffset MadeAt,
    Forecast Forecast,
    TimeSpan Latency,
    string Caller
)
{
    /// <summary>The caller where signatures are not checked.</summary>
    public const string Unverified = "unverified";

    /// <summary>In place of a caller: the forecast is a shadow's.</summary>
    public const string Shadow = "shadow";

    /// <summary>Whether the caller has a validator permit. Answers to such callers take precedence when a row is full.</summary>
    public bool HasPermit { get; init; }

    /// <summary>How the forecast came about.</summary>
    public ForecastRole Role { get; init; }

    /// <summary>The newest price when the forecast was made, the baseline of its error; null if unknown.</summary>
    public double? LastPrice { get; init; }

    /// <summary>The calibration that made the interval; null for the miner's own estimator.</summary>
    public ModelId? Calibration { get; init; }

    /// <summary>The 5-minute slot that the forecast is for.</summary>
    public PriceSlot Target => PriceSlot.NearestTo(MadeAt + Models.Forecast.Horizon);
}
