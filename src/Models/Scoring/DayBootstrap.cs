namespace Bittbridge.Models.Scoring;

/// <summary>
/// Bootstrap bounds of a figure: the figure over many draws of whole UTC days with replacement [Efron 1979; Künsch 1989]. Errors of one day
/// are correlated, and one day can contain a fifth of the total error, so days are drawn and not forecasts.
/// </summary>
public static class DayBootstrap
{
    /// <param name="forecasts">At least one.</param>
    /// <param name="figure">Computes the figure of a set of forecasts; null when it is not defined.</param>
    /// <param name="random">The random source; the same seed gives the same bounds.</param>
    /// <param name="draws">The number of draws.</param>
    /// <param name="level">The share of draws between the bounds.</param>
    /// <returns>Null when the figure is not defined in one of the draws, or when all forecasts are of one day, which says nothing about
    /// other days.</returns>
    public static (double Lower, double Upper)? Bounds(
        IReadOnlyCollection<ScoredForecast> forecasts,
        Func<IReadOnlyCollection<ScoredForecast>, double?> figure,
        Random random,
        int draws = 1000,
        double level = 0.9
    )
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        var days = forecasts.GroupBy(f => f.Day).OrderBy(day => day.Key).Select(day => day.ToArray()).ToArray();
        if (days.Length < 2)
        {
            return null;
        }

        var figures = new double[draws];
        var drawn = new List<ScoredForecast>(forecasts.Count * 2);
        for (var draw = 0; draw < draws; draw++)
        {
            drawn.Clear();
            for (var i = 0; i < days.Length; i++)
            {
#pragma warning disable CA5394 // A draw of days needs no secure randomness.
                drawn.AddRange(days[random.Next(days.Length)]);
#pragma warning restore CA5394
            }

            if (figure(drawn) is not { } value)
            {
                return null;
            }

            figures[draw] = value;
        }

        Array.Sort(figures);
        // Slightly more, because .05 of 1000 is 49.99… in binary.
        var tail = (int)((1 - level) / 2 * draws + 1e-9);
        return (figures[tail], figures[draws - 1 - tail]);
    }
}
