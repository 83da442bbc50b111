using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// 90 % bootstrap bounds of the MAE ratio to the last price, or of another ratio of sums. Forecasts five minutes apart share all but five
/// minutes of their hour, so single slots are not independent. If the slots are known, the bootstrap draws blocks of two hours, twice the
/// overlap, from the slots as a circle [circular block bootstrap, Politis and Romano 1992]. If only sums by day are known, it draws days.
/// </summary>
internal static class RatioBounds
{
    /// <summary>The number of slots in a block.</summary>
    public const int BlockLength = 24;

    /// <summary>Slots that span fewer blocks have no bounds, because too few draws would differ.</summary>
    public const int MinBlocks = 5;

    /// <summary>The bounds of the MAE ratio of one model's forecasts, of one day or of several.</summary>
    /// <param name="slots">In ascending time.</param>
    /// <returns>Null if the slots span too little, or the last price has no error in a draw.</returns>
    public static Bounds? OfSlots(IReadOnlyList<ScoredSlot> slots) =>
        OfSums([.. slots.Select(slot => (slot.Slot, slot.Forecast.Error, slot.Forecast.ErrorOfLast))]);

    /// <summary>The bounds of a ratio of two sums over slots.</summary>
    /// <param name="slots">In ascending time: what each slot adds to the numerator and to the denominator.</param>
    /// <returns>Null if the slots span too little, or the denominator is zero in a draw.</returns>
    public static Bounds? OfSums(IReadOnlyList<(PriceSlot Slot, double Own, double Last)> slots)
    {
        if (slots.Count == 0)
        {
            return null;
        }

        var first = slots[0].Slot.Number;
        var span = (int)(slots[^1].Slot.Number - first) + 1;
        if (span < MinBlocks * BlockLength)
        {
            return null;
        }

        // Prefix sums over the circle, so that a block costs two lookups.
        var errors = new (double Own, double Last)[span];
        foreach (var (slot, own, last) in slots)
        {
            errors[slot.Number - first] = (own, last);
        }

        var sums = new (double Own, double Last)[span + BlockLength + 1];
        for (var i = 0; i < sums.Length - 1; i++)
        {
            var (own, last) = errors[i % span];
            sums[i + 1] = (sums[i].Own + own, sums[i].Last + last);
        }

        var blocks = new (double Own, double Last)[span];
        for (var i = 0; i < span; i++)
        {
            blocks[i] = (sums[i + BlockLength].Own - sums[i].Own, sums[i + BlockLength].Last - sums[i].Last);
        }

        return RatioBootstrap.Of(blocks, (span + BlockLength - 1) / BlockLength, slots[0].Slot.Time.UtcDateTime.DayOfYear);
    }

    /// <summary>The bounds of several days.</summary>
    /// <param name="days">The sums of absolute errors of each day, of the forecasts and of the last price.</param>
    /// <returns>Null for fewer than two days.</returns>
    public static Bounds? OfDays(IReadOnlyList<(double Own, double Last)> days) =>
        days.Count < 2 ? null : RatioBootstrap.Of(days, days.Count, days.Count);
}
