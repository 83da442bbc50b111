using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// Where the MAE ratio to the last price could as well have come out, 90 % of draws. Forecasts five minutes apart look at nearly the same
/// hour, so single slots are no independent draws. Where the slots are known, blocks of two hours are drawn from their circle [circular
/// block bootstrap, Politis and Romano 1992]: twice the reach of the overlap. Of days whose sums alone are known, whole days are drawn.
/// </summary>
internal static class RatioBounds
{
    /// <summary>How many slots a block holds.</summary>
    public const int BlockLength = 24;

    /// <summary>Slots that span fewer blocks have no bounds: too few draws would differ.</summary>
    public const int MinBlocks = 5;

    private const int Draws = 1000;

    /// <summary>The draws left out at each end.</summary>
    private const int Tail = Draws / 20;

    /// <summary>Of forecasts of one model, whichever days they are of.</summary>
    /// <param name="slots">In ascending time.</param>
    /// <returns>Null where they span too little, or a draw has no error of the last price.</returns>
    public static (double Lower, double Upper)? OfSlots(IReadOnlyList<ScoredSlot> slots) =>
        OfSums([.. slots.Select(slot => (slot.Slot, slot.Forecast.Error, slot.Forecast.ErrorOfLast))]);

    /// <summary>Of any ratio of two sums over slots.</summary>
    /// <param name="slots">In ascending time: what each slot adds to the one sum and to the other.</param>
    /// <returns>Null where they span too little, or a draw would be divided by zero.</returns>
    public static (double Lower, double Upper)? OfSums(IReadOnlyList<(PriceSlot Slot, double Own, double Last)> slots)
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

        // Running sums over the circle, so that a block costs two look-ups.
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

        return Draw(blocks, (span + BlockLength - 1) / BlockLength, slots[0].Slot.Time.UtcDateTime.DayOfYear);
    }

    /// <summary>Of several days.</summary>
    /// <param name="days">The sums of absolute errors of each day, own and the last price's.</param>
    /// <returns>Null for fewer than two days.</returns>
    public static (double Lower, double Upper)? OfDays(IReadOnlyList<(double Own, double Last)> days) =>
        days.Count < 2 ? null : Draw(days, days.Count, days.Count);

    private static (double Lower, double Upper)? Draw(IReadOnlyList<(double Own, double Last)> units, int count, int seed)
    {
        // The same seed each time, so that the same outcomes give the same bounds.
        var random = new Random(seed);
        var ratios = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (own, last) = (0d, 0d);
            for (var i = 0; i < count; i++)
            {
#pragma warning disable CA5394 // A draw of blocks is no secret.
                var unit = units[random.Next(units.Count)];
#pragma warning restore CA5394
                (own, last) = (own + unit.Own, last + unit.Last);
            }

            if (last <= 0)
            {
                return null;
            }

            ratios[draw] = own / last;
        }

        Array.Sort(ratios);
        return (ratios[Tail], ratios[Draws - 1 - Tail]);
    }
}
