using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>What a source said.</summary>
/// <param name="Prices">As it said them, in its order, unchecked.</param>
/// <param name="Calls">How many calls of its API that took, failed ones included.</param>
/// <param name="Failure">Why it said nothing usable; null when it did.</param>
/// <param name="RetryAfter">How long it asked to be left alone; null when it did not say.</param>
public sealed record PriceFetch(IReadOnlyList<QuotedPrice> Prices, int Calls, PriceFailure? Failure = null, TimeSpan? RetryAfter = null)
{
    public static PriceFetch Failed(PriceFailure failure, int calls, TimeSpan? retryAfter = null) => new([], calls, failure, retryAfter);
}
