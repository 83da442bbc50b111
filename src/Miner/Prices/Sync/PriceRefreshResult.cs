using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>How a refresh ended.</summary>
/// <param name="Added">How many points are new.</param>
/// <param name="Failure">What went wrong; null when nothing did.</param>
/// <param name="Skipped">Whether the source was left alone on purpose.</param>
public sealed record PriceRefreshResult(int Added, PriceFailure? Failure, bool Skipped = false);
