using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.BuiltIn.Smoothing;

/// <summary>
/// A model that forecasts a level of the recent prices. Around its slow level the price is noise, so an average of recent prices predicts
/// the price in an hour best.
/// </summary>
/// <param name="id">Name and version.</param>
/// <param name="window">How many of the newest points the level depends on; all by default.</param>
public abstract class SmoothedLevelModel(ModelId id, int window = int.MaxValue) : IPredictionModel, IReplayedForecast
{
    public ModelId Id { get; } = id;

    public bool IsDeterministic => true;

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.IsEmpty)
        {
            return new((Forecast?)null);
        }

        var seen = history.TakeLast(window);
        var levels = new double[seen.Count];
        Levels(seen, levels);
        return new(new Forecast(levels[^1]));
    }

    public void Replay(PriceHistory history, Span<double> forecasts)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfNotEqual(forecasts.Length, history.Count, nameof(forecasts));
        Levels(history, forecasts);
    }

    /// <summary>The level after each price, computed from that price and earlier ones.</summary>
    protected abstract void Levels(PriceHistory history, Span<double> levels);
}
