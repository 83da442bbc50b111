using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Challenging;

/// <summary>How a challenge ended.</summary>
/// <param name="AskedAt">The timestamp that was sent.</param>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="Message">Why there is no forecast, in words; null when there is one.</param>
/// <param name="Prediction">CNY per USDT in an hour.</param>
/// <param name="Lower">The interval's lower bound.</param>
/// <param name="Upper">The interval's upper bound.</param>
/// <param name="PriceSource">Where the miner's prices come from, as it says.</param>
/// <param name="Model">Whose forecast it is, as the miner says.</param>
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
    /// <summary>The hotkey that the answer names as the miner's; null where it names none.</summary>
    public string? MinerHotkey { get; init; }

    /// <summary>What the lack of a forecast means and what to do; null when there is one.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>Whether the answer has the headers of a miner's axon, whatever it says.</summary>
    [JsonIgnore]
    public bool SpeaksProtocol { get; init; }
}
