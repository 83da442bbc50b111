using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>What is left of a source's prices once they are checked.</summary>
/// <param name="Accepted">In ascending time.</param>
/// <param name="Watch">What the next check must know.</param>
/// <param name="Objections">What was wrong with the others, a sentence each.</param>
/// <param name="WantsChart">Whether a move was seen often enough and waits for the source's chart to confirm it.</param>
public sealed record CheckedPrices(
    IReadOnlyList<PricePoint> Accepted,
    JumpWatch Watch,
    IReadOnlyList<string> Objections,
    bool WantsChart = false
);
