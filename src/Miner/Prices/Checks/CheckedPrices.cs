using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>What is left of a source's prices once they are checked.</summary>
/// <param name="Accepted">In ascending time.</param>
/// <param name="HeldBack">A price that jumped and waits for a second look; null for none.</param>
/// <param name="Objections">What was wrong with the others, a sentence each.</param>
public sealed record CheckedPrices(IReadOnlyList<PricePoint> Accepted, PricePoint? HeldBack, IReadOnlyList<string> Objections);
