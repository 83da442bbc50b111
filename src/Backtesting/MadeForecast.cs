using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Backtesting;

/// <summary>A forecast that the miner would have made.</summary>
/// <param name="MadeAt">The time of the forecast.</param>
/// <param name="Forecast">The forecast.</param>
/// <param name="Problem">Why it is the fallback's; null if it is the model's.</param>
/// <param name="Last">The last price at that time.</param>
/// <param name="Truth">The price an hour later; null if unknown.</param>
public sealed record MadeForecast(DateTimeOffset MadeAt, Forecast Forecast, string? Problem, double Last, double? Truth)
{
    /// <summary>Null if the price an hour later is unknown.</summary>
    public ScoredForecast? Scored => Truth is { } truth ? new(MadeAt, Forecast.Price, Forecast.Interval, Last, truth) : null;
}
