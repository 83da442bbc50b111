namespace Bittbridge.Models;

/// <summary>
/// A model that forecasts a level of the recent prices: around its slow level the price is noise, so where it stands in an hour is best said by an average
/// of where it stood.
/// </summary>
public abstract class SmoothedLevelModel(ModelId id) : IPredictionModel, IPastForecasts
{
    public ModelId Id { get; } = id;

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.IsEmpty)
        {
            return new((Forecast?)null);
        }

        var levels = new double[history.Count];
        Replay(history, levels);
        return new(new Forecast(levels[^1]));
    }

    public void Replay(PriceHistory history, Span<double> forecasts)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfNotEqual(forecasts.Length, history.Count, nameof(forecasts));
        Levels(history.Prices, forecasts);
    }

    /// <summary>The level after each price, from that price and those before it.</summary>
    protected abstract void Levels(ReadOnlySpan<double> prices, Span<double> levels);
}
