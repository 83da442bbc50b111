using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>The result of a refresh.</summary>
/// <param name="Added">The number of new points.</param>
/// <param name="Failure">What went wrong; null for success.</param>
/// <param name="Skipped">Whether the poll was skipped on purpose.</param>
public sealed record PriceRefreshResult(int Added, PriceFailure? Failure, bool Skipped = false);
