using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>The result of validating a source's prices.</summary>
/// <param name="Accepted">In ascending time.</param>
/// <param name="Watch">The state for the next check.</param>
/// <param name="Objections">Why the others were rejected or held, one sentence each.</param>
/// <param name="WantsChart">Whether a move was seen often enough and waits for the chart to confirm it.</param>
public sealed record CheckedPrices(
    IReadOnlyList<PricePoint> Accepted,
    JumpWatch Watch,
    IReadOnlyList<string> Objections,
    bool WantsChart = false
);
