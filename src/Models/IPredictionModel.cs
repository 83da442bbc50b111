namespace Bittbridge.Models;

/// <summary>
/// A model that forecasts USDT/CNY one hour ahead. One instance serves all requests, several at once, so it must not keep the state of a
/// single request.
/// </summary>
public interface IPredictionModel
{
    /// <summary>Name and version, stored with every forecast.</summary>
    ModelId Id { get; }

    /// <summary>
    /// Whether a forecast follows from the time, to the second, and the prices alone. The miner then makes one forecast for all challenges
    /// of a second. False by default: a model that reads anything else, such as an API, must leave it so.
    /// </summary>
    bool IsDeterministic => false;

    /// <summary>
    /// Called once before the first forecast: load weights, validate. When it returns false, the miner logs that and uses the fallback.
    /// </summary>
    ValueTask<bool> InitializeAsync(CancellationToken ct) => new(true);

    /// <summary>Forecasts the price one hour after <paramref name="timestamp"/>.</summary>
    /// <param name="timestamp">When the forecast is made (UTC); no point of the history is later.</param>
    /// <param name="history">The prices known then; it may be empty, short or full of gaps.</param>
    /// <param name="ct">Cancelled when the challenge's budget is spent.</param>
    /// <returns>The forecast, or null for no answer.</returns>
    ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct);

    /// <summary>Called when the miner stops: release the resources of <see cref="InitializeAsync"/>.</summary>
    ValueTask CleanupAsync() => default;
}
