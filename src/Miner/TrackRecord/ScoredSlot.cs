using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>A matured forecast with its outcome.</summary>
/// <param name="Forecast">The forecast, the last price when it was made and the price at its target.</param>
/// <param name="TruthAt">When that price was observed.</param>
/// <param name="LatencyMs">How long the answer took.</param>
internal readonly record struct ScoredSlot(ScoredForecast Forecast, DateTimeOffset TruthAt, float LatencyMs)
{
    /// <summary>The nominal level of the intervals, for the Winkler score.</summary>
    public const double Level = 0.9;

    /// <summary>
    /// A stored number beyond this is damage: sums and products of such numbers may be infinite, which neither a row nor JSON can hold.
    /// </summary>
    public const double MaxNumber = 1e20;

    /// <summary>The validator rounds the price to this many decimals.</summary>
    private const int ValidatorDecimals = 4;

    /// <summary>The instant that the forecast is for.</summary>
    public DateTimeOffset Target => Forecast.MadeAt + Models.Forecast.Horizon;

    /// <summary>The slot that the forecast is for.</summary>
    public PriceSlot Slot => PriceSlot.NearestTo(Target);

    /// <summary>The validator's point score: the relative error against the price rounded to four decimals; lower is better.</summary>
    public double PointScore
    {
        get
        {
            var truth = Math.Round(Forecast.Truth, ValidatorDecimals);
            return Math.Abs(Forecast.Price - truth) / truth;
        }
    }

    /// <summary>The validator's interval score against the price rounded to four decimals; null without an interval.</summary>
    public double? IntervalScore =>
        Forecast.Interval is { } interval
            ? ValidatorScoring.IntervalScore(Math.Round(Forecast.Truth, ValidatorDecimals), interval.Lower, interval.Upper)
            : null;

    /// <summary>The Winkler score, CNY; null without an interval.</summary>
    public double? Winkler => Forecast.Interval is { } interval ? Evaluation.WinklerScore(Forecast.Truth, interval, Level) : null;

    /// <summary>The time between the target and the observation of the price.</summary>
    private TimeSpan Distance => (TruthAt - Target).Duration();

    /// <summary>
    /// Chooses between two outcomes of a forecast: the price observed nearest to the target, or the earlier of two equally near ones, so
    /// that the order in which instances score does not matter. For the same instant the newcomer wins, because it is a revised price.
    /// </summary>
    public static ScoredSlot Prefer(ScoredSlot known, ScoredSlot newcomer) =>
        newcomer.TruthAt == known.TruthAt || (newcomer.Distance, newcomer.TruthAt).CompareTo((known.Distance, known.TruthAt)) < 0
            ? newcomer
            : known;

    /// <summary>The index of a slot in its UTC day, 0 to 287.</summary>
    public static int IndexInDay(PriceSlot slot) => (int)(slot.Time.TimeOfDay / PriceSlot.Step);
}
