using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Models.Rates;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>A source of the offshore rate USD/CNH. A failed call is a value, not an exception.</summary>
public interface IRateSource
{
    /// <summary>Its name in stored rates.</summary>
    string Name { get; }

    /// <summary>The newest rates, as they became known.</summary>
    /// <param name="span">How far back they should go.</param>
    /// <param name="ct">Cancels the call.</param>
    Task<RateFetch> LatestAsync(TimeSpan span, CancellationToken ct);
}

/// <summary>The result of a call to a rate source.</summary>
/// <param name="Rates">The rates within the bounds, at least one on success.</param>
/// <param name="Calls">How many calls of its API that took, including failed ones.</param>
/// <param name="Failure">Why there is no usable result; null for success.</param>
/// <param name="RetryAfter">The wait that it asked for; null when it asked for none.</param>
public sealed record RateFetch(IReadOnlyList<RatePoint> Rates, int Calls, PriceFailure? Failure = null, TimeSpan? RetryAfter = null);
