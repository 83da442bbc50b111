namespace Bittbridge.Models.Intervals;

/// <summary>What the width of an interval depends on besides the time of the forecast: the same until the next price.</summary>
/// <param name="Prices">The prices known at that time, not empty.</param>
/// <param name="Pending">The model if it knows of pending jumps; otherwise null.</param>
/// <param name="OfMemories">The logarithm of the local scale without the contribution of the time.</param>
/// <param name="FewErrors">The factor for few known errors.</param>
/// <param name="RecentErrors">The factor for the model's recent errors.</param>
internal readonly record struct WindowScale(
    PriceHistory Prices,
    IPendingJump? Pending,
    double OfMemories,
    double FewErrors,
    double RecentErrors
);
