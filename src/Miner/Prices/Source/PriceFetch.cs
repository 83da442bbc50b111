using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>The result of a call to a price source.</summary>
/// <param name="Prices">The prices in the source's order, not validated.</param>
/// <param name="Calls">How many calls of its API that took, including failed ones.</param>
/// <param name="Failure">Why there is no usable result; null for success.</param>
/// <param name="RetryAfter">The wait that it asked for; null when it asked for none.</param>
public sealed record PriceFetch(IReadOnlyList<QuotedPrice> Prices, int Calls, PriceFailure? Failure = null, TimeSpan? RetryAfter = null)
{
    public static PriceFetch Failed(PriceFailure failure, int calls, TimeSpan? retryAfter = null) => new([], calls, failure, retryAfter);
}
