namespace Bittbridge.Models;

/// <summary>
/// What the size of the next error is read from: several memories of past errors and of past changes, and the clock. Log-linear in them, as the heterogeneous autoregressive
/// model of volatility [Corsi 2009] is linear in volatilities over a day, a week and a month.
/// <code>
///   ln s = c + Σ over rates {.2 .05 .01} (a ln error + b ln change) + g ln cd + h ln c12 + three Fourier pairs of the UTC hour + opening + weekend
/// </code>
/// Errors and changes are exponentially weighted means in CNY with rate max(r, 1 / (n + 10)), a change capped at .004; cd is one (.1) of the steps of the level smoothed by
/// .3; c12 is that level's change over twelve points, plus 1e-4.
/// </summary>
internal static class LocalScale
{
    /// <summary>How many points are looked at.</summary>
    public const int Window = 300;

    /// <summary>How many features there are.</summary>
    public const int Count = 16;

    private const double FirstError = 7e-4;
    private const double FirstChange = 4e-4;
    private const double FirstSmoothedStep = 1.5e-4;
    private const double MostChange = 0.004;
    private const double SmoothedStepRate = 0.1;
    private const double LevelAlpha = 0.3;
    private const double LeastHourChange = 1e-4;
    private const double Least = 2e-5;
    private const int PointsAnHour = 12;

    private static readonly long HorizonMs = (long)Forecast.Horizon.TotalMilliseconds;

    private static ReadOnlySpan<double> Rates => [0.2, 0.05, 0.01];

    /// <summary>The features of a forecast made at <paramref name="madeAt"/> from a history.</summary>
    /// <param name="history">What is known then; the newest <see cref="Window"/> points are looked at by convention of the caller.</param>
    /// <param name="forecasts">What was forecast at each of its points.</param>
    /// <param name="madeAt">For the clock.</param>
    /// <param name="features">Filled: 3 errors, 3 changes, cd, c12, 3 cosines, 3 sines, opening, weekend.</param>
    /// <returns>How many errors were known.</returns>
    public static int Fill(PriceHistory history, ReadOnlySpan<double> forecasts, DateTimeOffset madeAt, Span<double> features)
    {
        var times = history.TimesUnixMs;
        var prices = history.Prices;
        var rates = Rates;
        Span<double> errors = stackalloc double[3];
        Span<double> changes = stackalloc double[3];
        errors.Fill(FirstError);
        changes.Fill(FirstChange);
        var levels = new double[prices.Length];
        ExponentialSmoothingModel.Smooth(prices, LevelAlpha, levels);
        var (smoothedStep, origin, known) = (FirstSmoothedStep, 0, 0);
        for (var i = 1; i < prices.Length; i++)
        {
            var change = Math.Min(Math.Abs(prices[i] - prices[i - 1]), MostChange);
            for (var r = 0; r < rates.Length; r++)
            {
                changes[r] += Math.Max(rates[r], 1d / (i + 9)) * (change - changes[r]);
            }

            smoothedStep += SmoothedStepRate * (Math.Abs(levels[i] - levels[i - 1]) - smoothedStep);
            for (; times[origin] + HorizonMs <= times[i]; origin++)
            {
                if (history.IndexNear(times[origin] + HorizonMs) is >= 0 and var truth)
                {
                    var error = Math.Abs(forecasts[origin] - prices[truth]);
                    for (var r = 0; r < rates.Length; r++)
                    {
                        errors[r] += Math.Max(rates[r], 1d / (known + 10)) * (error - errors[r]);
                    }

                    known++;
                }
            }
        }

        var hourChange = LeastHourChange + (levels.Length > PointsAnHour ? Math.Abs(levels[^1] - levels[^(1 + PointsAnHour)]) : 0);
        for (var r = 0; r < rates.Length; r++)
        {
            features[r] = Log(errors[r]);
            features[3 + r] = Log(changes[r]);
        }

        features[6] = Log(smoothedStep);
        features[7] = Log(hourChange);
        FillClock(madeAt.UtcDateTime, features[8..]);
        return known;
    }

    private static double Log(double value) => Math.Log(Math.Max(value, Least));

    private static void FillClock(DateTime utc, Span<double> features)
    {
        var time = utc.TimeOfDay;
        for (var harmonic = 1; harmonic <= 3; harmonic++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * harmonic * time.TotalDays);
            features[harmonic - 1] = cosine;
            features[harmonic + 2] = sine;
        }

        features[6] = IsOpening(time) ? 1 : 0;
        features[7] = IsWeekend(utc) ? 1 : 0;
    }

    /// <summary>The hours before and at the onshore opening, in which the price moves most.</summary>
    private static bool IsOpening(TimeSpan time) => time >= new TimeSpan(0, 40, 0) && time < new TimeSpan(2, 0, 0);

    /// <summary>Friday 21:00 to Sunday 22:00, in which hardly anybody trades.</summary>
    private static bool IsWeekend(DateTime utc) => utc.DayOfWeek switch
    {
        DayOfWeek.Friday => utc.Hour >= 21,
        DayOfWeek.Saturday => true,
        DayOfWeek.Sunday => utc.Hour < 22,
        _ => false,
    };
}
