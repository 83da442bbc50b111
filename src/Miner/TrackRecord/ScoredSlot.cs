using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>A matured forecast with its outcome.</summary>
/// <param name="Forecast">The forecast, the last price when it was made and the price at its target.</param>
/// <param name="TruthAt">When that price was observed.</param>
/// <param name="LatencyMs">How long the answer took.</param>
internal readonly record struct ScoredSlot(ScoredForecast Forecast, DateTimeOffset TruthAt, float LatencyMs)
{
    /// <summary>What the intervals are meant to hold, for the Winkler score.</summary>
    public const double Level = 0.9;

    /// <summary>The validator reads the price with so many decimals.</summary>
    private const int ValidatorDecimals = 4;

    /// <summary>The instant that the forecast is for.</summary>
    public DateTimeOffset Target => Forecast.MadeAt + Models.Forecast.Horizon;

    /// <summary>The slot that the forecast is for.</summary>
    public PriceSlot Slot => PriceSlot.NearestTo(Target);

    /// <summary>The validator's point score: the relative error beside the price at four decimals; the least is best.</summary>
    public double PointScore
    {
        get
        {
            var truth = Math.Round(Forecast.Truth, ValidatorDecimals);
            return Math.Abs(Forecast.Price - truth) / truth;
        }
    }

    /// <summary>The validator's score of the interval beside the price at four decimals; null without an interval.</summary>
    public double? IntervalScore =>
        Forecast.Interval is { } interval
            ? ValidatorScoring.IntervalScore(Math.Round(Forecast.Truth, ValidatorDecimals), interval.Lower, interval.Upper)
            : null;

    /// <summary>The Winkler score, CNY; null without an interval.</summary>
    public double? Winkler => Forecast.Interval is { } interval ? Evaluation.WinklerScore(Forecast.Truth, interval, Level) : null;

    /// <summary>How far from the target the price was observed.</summary>
    private TimeSpan Distance => (TruthAt - Target).Duration();

    /// <summary>
    /// Which of two outcomes of a forecast counts: the price that was observed nearest to the target, of two equally near the earlier, so
    /// that the order in which instances come to an outcome does not matter. Of the same instant the second counts: a revised price.
    /// </summary>
    public static ScoredSlot Prefer(ScoredSlot known, ScoredSlot newcomer) =>
        newcomer.TruthAt == known.TruthAt ? newcomer
        : newcomer.Distance != known.Distance ? (newcomer.Distance < known.Distance ? newcomer : known)
        : newcomer.TruthAt < known.TruthAt ? newcomer
        : known;

    /// <summary>The place of a slot in its UTC day, 0 to 287.</summary>
    public static int IndexInDay(PriceSlot slot) => (int)(slot.Time.TimeOfDay / PriceSlot.Step);
}
