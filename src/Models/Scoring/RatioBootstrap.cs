namespace Bittbridge.Models.Scoring;

/// <summary>
/// Bootstrap bounds of a ratio of two sums, such as a mean error over the last price's: 90 % of the ratios over many draws of units with
/// replacement [Efron 1979; Künsch 1989]. A unit is a whole UTC day or a block of slots, because neighboring errors are correlated and one
/// day can contain a fifth of the total error.
/// </summary>
public static class RatioBootstrap
{
    private const double Tail = 0.05;

    /// <summary>The bounds of a ratio of sums; the units are days.</summary>
    /// <param name="terms">What to add to the numerator and to the denominator on each day, in any order.</param>
    /// <param name="seed">The same seed gives the same draws.</param>
    /// <param name="draws">The number of draws.</param>
    /// <returns>Null if all terms are of one day, which says nothing about other days, or if the denominator is 0 in a draw.</returns>
    public static Bounds? OfDays(IEnumerable<(DateOnly Day, double Numerator, double Denominator)> terms, int seed, int draws = 1000)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var sums = new SortedDictionary<DateOnly, (double Numerator, double Denominator)>();
        foreach (var (day, numerator, denominator) in terms)
        {
            var sum = sums.GetValueOrDefault(day);
            sums[day] = (sum.Numerator + numerator, sum.Denominator + denominator);
        }

        return sums.Count < 2 ? null : Of([.. sums.Values], sums.Count, seed, draws);
    }

    /// <summary>The bounds of a ratio of sums over units.</summary>
    /// <param name="units">What each unit adds to the numerator and to the denominator.</param>
    /// <param name="count">The number of units in a draw.</param>
    /// <param name="seed">The same seed gives the same draws.</param>
    /// <param name="draws">The number of draws.</param>
    /// <returns>Null if there is no unit, or if the denominator is 0 in a draw.</returns>
    public static Bounds? Of(IReadOnlyList<(double Numerator, double Denominator)> units, int count, int seed, int draws = 1000)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        if (units.Count == 0)
        {
            return null;
        }

        var (random, ratios) = (new Random(seed), new double[draws]);
        for (var draw = 0; draw < draws; draw++)
        {
            var (numerator, denominator) = (0d, 0d);
            for (var i = 0; i < count; i++)
            {
#pragma warning disable CA5394 // The draws are not a secret.
                var unit = units[random.Next(units.Count)];
#pragma warning restore CA5394
                (numerator, denominator) = (numerator + unit.Numerator, denominator + unit.Denominator);
            }

            if (denominator <= 0)
            {
                return null;
            }

            ratios[draw] = numerator / denominator;
        }

        Array.Sort(ratios);
        // Slightly more, because .05 of 1000 can be 49.99… in binary.
        var tail = (int)(Tail * draws + 1e-9);
        return new(ratios[tail], ratios[draws - 1 - tail]);
    }
}

/// <summary>The bounds of a figure.</summary>
public sealed record Bounds(double Lower, double Upper);
