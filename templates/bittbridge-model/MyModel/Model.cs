using Bittbridge.Models;

namespace MyModel;

/// <summary>Expects the price to go half of the way back to the mean of the last hour.</summary>
public sealed class Model : IPredictionModel
{
    /// <summary>Kept with every forecast: a new version whenever the answers change.</summary>
    public ModelId Id { get; } = new("my-model", "1");

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        // By time and not by rows: prices may be missing. No price in the last hour, no answer.
        var hour = history.Since(timestamp.AddHours(-1)).Prices.ToArray();
        return hour.Length == 0 ? default : new(new Forecast((hour[^1] + hour.Average()) / 2));
    }
}
