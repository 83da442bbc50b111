using Bittbridge.Models;

namespace Bittbridge.Miner.Tests.Forecasting;

/// <summary>A model that does what a test wants of it.</summary>
internal sealed class OddModel(
    Func<DateTimeOffset, PriceHistory, CancellationToken, ValueTask<Forecast?>> predict,
    Func<ValueTask<bool>>? initialize = null,
    string name = "odd",
    string version = "1"
) : IPredictionModel
{
    public ModelId Id { get; } = new(name, version);

    public bool IsDeterministic { get; init; }

    /// <summary>What its cleanup does.</summary>
    public Func<ValueTask> Cleanup { get; init; } = () => default;

    /// <summary>How often it was cleaned up.</summary>
    public int Cleanups => Volatile.Read(ref _cleanups);

    private int _cleanups;

    public ValueTask<bool> InitializeAsync(CancellationToken ct) => initialize?.Invoke() ?? new(true);

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
        predict(timestamp, history, ct);

    public ValueTask CleanupAsync()
    {
        Interlocked.Increment(ref _cleanups);
        return Cleanup();
    }
}
