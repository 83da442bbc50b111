using Bittbridge.Models;

namespace Bittbridge.Miner.Tests;

/// <summary>A model that does what a test wants of it.</summary>
internal sealed class OddModel(Func<DateTimeOffset, PriceHistory, CancellationToken, ValueTask<Forecast?>> predict, Func<ValueTask<bool>>? initialize = null) : IPredictionModel
{
    public ModelId Id { get; } = new("odd", "1");

    public ValueTask<bool> InitializeAsync(CancellationToken ct) => initialize?.Invoke() ?? new(true);

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) => predict(timestamp, history, ct);
}
