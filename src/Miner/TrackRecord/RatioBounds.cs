namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// Where the MAE ratio to the last price could as well have come out, 90 % of draws. Forecasts five minutes apart look at nearly the same
/// hour, so single slots are no independent draws. Within a day, blocks of two hours are drawn from the circle of the day's slots [circular
/// block bootstrap, Politis and Romano 1992]: twice the reach of the overlap. Over several days, whole days are drawn.
/// </summary>
internal static class RatioBounds
{
    /// <summary>How many slots a block holds.</summary>
    public const int BlockLength = 24;

    /// <summary>A day that spans fewer blocks has no bounds: too few draws would differ.</summary>
    public const int MinBlocks = 5;

    private const int Draws = 1000;

    /// <summary>The draws left out at each end.</summary>
    private const int Tail = Draws / 20;

    /// <summary>Of one day.</summary>
    /// <param name="slots">In ascending time.</param>
    /// <returns>Null where the day is too short, or a draw has no error of the last price.</returns>
    public static (double Lower, double Upper)? OfDay(IReadOnlyList<ScoredSlot> slots)
    {
        if (slots.Count == 0)
        {
            return null;
        }

        var first = ScoredSlot.IndexInDay(slots[0].Slot);
        var span = ScoredSlot.IndexInDay(slots[^1].Slot) - first + 1;
        if (span < MinBlocks * BlockLength)
        {
            return null;
        }

        // Running sums over the circle, so that a block costs two look-ups.
        var errors = new (double Own, double Last)[span];
        foreach (var slot in slots)
        {
            errors[ScoredSlot.IndexInDay(slot.Slot) - first] = (slot.Forecast.Error, slot.Forecast.ErrorOfLast);
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
