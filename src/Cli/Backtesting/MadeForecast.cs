using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Cli.Backtesting;

/// <summary>A forecast as the miner would have answered with it.</summary>
/// <param name="MadeAt">When.</param>
/// <param name="Forecast">What was said.</param>
/// <param name="Problem">Why it is the last price's and not the model's; null where it is the model's.</param>
/// <param name="Last">The last price then.</param>
/// <param name="Truth">The price an hour later; null where it is not known.</param>
internal sealed record MadeForecast(DateTimeOffset MadeAt, Forecast Forecast, string? Problem, double Last, double? Truth)
{
    /// <summary>Null where the hour's end is not known.</summary>
    public ScoredForecast? Scored => Truth is { } truth ? new(MadeAt, Forecast.Price, Forecast.Interval, Last, truth) : null;
}
