using Bittbridge.Miner.Prices;
using Bittbridge.Models;

namespace Bittbridge.Miner.Forecasting;

/// <summary>An answer as it is kept, to be scored when its hour has passed.</summary>
/// <param name="Series">Which prices it was made from.</param>
/// <param name="Model">Whose forecast it is.</param>
/// <param name="MadeAt">The miner's clock when it was made.</param>
/// <param name="Forecast">What was answered.</param>
/// <param name="Latency">How long the answer took.</param>
/// <param name="Asker">Who was answered: an ss58 address, or <see cref="Unverified"/>.</param>
internal sealed record ForecastRecord(
    PriceSeries Series,
    ModelId Model,
    DateTimeOffset MadeAt,
    Forecast Forecast,
    TimeSpan Latency,
    string Asker
)
{
    /// <summary>Stands for an asker whose signature was not checked.</summary>
    public const string Unverified = "unverified";

    /// <summary>Stands for the asker of a model that ran beside the one that answered.</summary>
    public const string Shadow = "shadow";

    /// <summary>Whether the asker is known to have a validator permit: what it was told is kept before what others were.</summary>
    public bool HasPermit { get; init; }

    /// <summary>How the forecast came about.</summary>
    public ForecastRole Role { get; init; }

    /// <summary>The newest price when the forecast was made, which its error is compared with; null where it is not known.</summary>
    public double? LastPrice { get; init; }

    /// <summary>The calibration that made the interval; null for the miner's own.</summary>
    public ModelId? Calibration { get; init; }

    /// <summary>The 5-minute slot that the forecast is for.</summary>
    public PriceSlot Target => PriceSlot.NearestTo(MadeAt + Models.Forecast.Horizon);
}
