namespace Bittbridge.Models.Tests.Forecasting;

/// <summary>Forecasts one and the same, and remembers what it was shown.</summary>
internal sealed class FixedModel(string name, double? price, PredictionInterval? interval = null) : IPredictionModel
{
    public ModelId Id { get; } = new(name, "1");

    public PriceHistory? Seen { get; private set; }

    public CancellationToken Token { get; private set; }

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        (Seen, Token) = (history, ct);
        return new(price is { } p ? new Forecast(p, interval) : null);
    }
}
