using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Challenging;

/// <summary>The outcome of a challenge.</summary>
/// <param name="AskedAt">The timestamp that was sent.</param>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="Message">Why there is no forecast; null if there is one.</param>
/// <param name="Prediction">CNY per USDT in an hour.</param>
/// <param name="Lower">The interval's lower bound.</param>
/// <param name="Upper">The interval's upper bound.</param>
/// <param name="PriceSource">The source of the miner's prices, according to the miner.</param>
/// <param name="Model">The model that made the forecast, according to the miner.</param>
/// <param name="Ms">Milliseconds from the first byte sent to the last received.</param>
internal sealed record ChallengeOutcome(
    DateTimeOffset AskedAt,
    int? Status,
    string? Message,
    double? Prediction,
    double? Lower,
    double? Upper,
    string? PriceSource,
    string? Model,
    double Ms
)
{
    /// <summary>The miner's hotkey according to the answer; null if it names none.</summary>
    public string? MinerHotkey { get; init; }

    /// <summary>Explains why there is no forecast; null if there is one.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>Whether the answer has the headers of a miner's axon.</summary>
    [JsonIgnore]
    public bool SpeaksProtocol { get; init; }
}
