namespace Bittbridge.Models;

/// <summary>
/// A model that forecasts USDT/CNY one hour ahead. One instance serves every request, several at once, so it keeps no state of a single
/// request.
/// </summary>
public interface IPredictionModel
{
    /// <summary>Name and version, kept with every forecast.</summary>
    ModelId Id { get; }

    /// <summary>
    /// Called once before the first forecast: load weights, validate. False: it is logged, and the miner goes on with the fallback.
    /// </summary>
    ValueTask<bool> InitializeAsync(CancellationToken ct) => new(true);

    /// <summary>Forecasts the price one hour after <paramref name="timestamp"/>.</summary>
    /// <param name="timestamp">When the forecast is made (UTC); no point of the history is later.</param>
    /// <param name="history">What is known then; it may be empty, short or full of gaps.</param>
    /// <param name="ct">Cancelled when the challenge's budget is spent.</param>
    /// <returns>The forecast, or null when no answer can be given.</returns>
    ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct);

    /// <summary>Called when the miner stops: release what <see cref="InitializeAsync"/> took.</summary>
    ValueTask CleanupAsync() => default;
}
