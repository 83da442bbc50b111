using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices.Validation;

namespace Bittbridge.Miner.Prices;

/// <summary>The condition of the newest prices: one rule for health and for <c>doctor</c>.</summary>
/// <param name="Grade">The grade.</param>
/// <param name="Detail">A sentence without its full stop.</param>
public sealed record PriceCondition(PriceGrade Grade, string Detail)
{
    /// <summary>A newest price older than this counts as old.</summary>
    public static readonly TimeSpan OldPrice = TimeSpan.FromMinutes(15);

    /// <param name="snapshot">The snapshot; null for none.</param>
    /// <param name="now">The miner's clock.</param>
    public static PriceCondition Of(PriceSnapshot? snapshot, DateTimeOffset now)
    {
        if (snapshot?.History.Newest is not { } newest)
        {
            return new(PriceGrade.None, "no price is known yet");
        }

        var age = now - newest.Time;
        var prices = $"{snapshot.History.Count} prices of {snapshot.Series} from {snapshot.Source}";
        return age < -PriceCheck.Ahead
                ? new(PriceGrade.Future, $"{prices}; the newest is {Span(-age)} ahead of this machine's clock: set the clock")
            : age > ForecastService.MaxPriceAge ? new(PriceGrade.TooOld, $"{prices}; the newest is {Span(age)} old, too old to answer with")
            : age > OldPrice ? new(PriceGrade.Old, $"{prices}; the newest is {Span(age)} old")
            : snapshot.StuckSince is { } since
                ? new(
                    PriceGrade.Stuck,
                    $"{prices}; the newest is {Span(age)} old and the same to the last digit since {since:u}: it may be stuck"
                )
            : new(PriceGrade.Fresh, $"{prices}; the newest is {Span(age)} old");
    }

    private static string Span(TimeSpan span) =>
        span.TotalHours < 2 ? $"{Math.Max(0, span.TotalMinutes):0.0} minutes" : $"{span.TotalHours:0} hours";
}
