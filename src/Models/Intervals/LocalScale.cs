using System.Runtime.Intrinsics;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// The features that predict the size of the next error: exponentially weighted means of past errors and changes, and the time. The
/// logarithm is linear in them, as the heterogeneous autoregressive model of volatility [Corsi 2009] is linear in volatilities over a day,
/// a week and a month.
/// <code>
///   ln s = c + Σ over rates {.2 .05 .01} (a ln error + b ln change) + g ln cd + h ln c12 + three Fourier pairs of the UTC hour
///     + opening + weekend
/// </code>
/// Errors and changes are exponentially weighted means in CNY, initially 7e-4 and 4e-4, with rate max(r, 1 / (n + 10)) after n values; a
/// change is capped at .004. cd is one (.1, initially 1.5e-4) of the steps of the level smoothed by .3; c12 is that level's change over
/// twelve points, plus 1e-4. Each logarithm is that of 2e-5 at least.
/// </summary>
/// <remarks>Walks a history: <see cref="Advance"/> adds the next point, and the features then use only what was known at that
/// point.</remarks>
/// <param name="times">The times of the points: ascending, in milliseconds.</param>
/// <param name="prices">The prices of the points.</param>
/// <param name="forecasts">The forecast made at each point.</param>
internal ref struct LocalScale(ReadOnlySpan<long> times, ReadOnlySpan<double> prices, ReadOnlySpan<double> forecasts)
{
    /// <summary>The number of features: first <see cref="Memories"/> from prices, then <see cref="ClockFeatures"/> from the time.</summary>
    public const int Count = Memories + ClockFeatures;

    /// <summary>The number of price-based features: 3 errors, 3 changes, cd, c12.</summary>
    public const int Memories = 8;

    /// <summary>The number of time-based features: 3 cosines, 3 sines, opening, weekend.</summary>
    public const int ClockFeatures = 8;

    /// <summary>A usual one-hour error in CNY, the initial value of a walk.</summary>
    public const double UsualError = 7e-4;

    private const double FirstChange = 4e-4;
    private const double FirstSmoothedStep = 1.5e-4;
    private const double MaxChange = 0.004;
    private const double SmoothedStepRate = 0.1;
    private const double LevelAlpha = 0.3;
    private const double MinHourChange = 1e-4;
    private const double MinScale = 2e-5;
    private const int PointsAnHour = 12;
    private const int KeptLevels = 16;

    private readonly ReadOnlySpan<double> _prices = prices;
    private readonly ReadOnlySpan<double> _forecasts = forecasts;

    // The last levels, at the index of their point modulo the length.
    private readonly double[] _levels = new double[KeptLevels];
    private MaturedForecasts _hours = new(times);
    private int _next;
    private double _level = prices.IsEmpty ? 0 : prices[0];
    private double _smoothedStep = FirstSmoothedStep;

    // One lane per rate; the fourth lane is unused.
    private Vector256<double> _errors = Vector256.Create(UsualError);
    private Vector256<double> _changes = Vector256.Create(FirstChange);

    /// <summary>The price-based features after usual errors and changes.</summary>
    public static double[] UsualMemories =>
        [
            .. new[]
            {
                UsualError,
                UsualError,
                UsualError,
                FirstChange,
                FirstChange,
                FirstChange,
                FirstSmoothedStep,
                5 * MinHourChange,
            }.Select(memory => Math.Log(memory)),
        ];

    /// <summary>The price-based features after errors of 0.05 CNY, which are very large.</summary>
    public static double[] LargeMemories =>
        [.. new[] { 0.05, 0.05, 0.05, MaxChange, MaxChange, MaxChange, 0.002, 0.05 }.Select(memory => Math.Log(memory))];

    private static Vector256<double> Rates => Vector256.Create(0.2, 0.05, 0.01, 0);

    /// <summary>How many errors are known.</summary>
    public int Known { get; private set; }

    /// <summary>Adds the next point.</summary>
    public void Advance()
    {
        var i = _next++;
        var step = LevelAlpha * (_prices[i] - _level);
        _level += step;
        _levels[i % KeptLevels] = _level;
        if (i == 0)
        {
            return;
        }

        var change = Math.Min(Math.Abs(_prices[i] - _prices[i - 1]), MaxChange);
        _changes += Vector256.Max(Rates, Vector256.Create(1d / (i + 9))) * (Vector256.Create(change) - _changes);
        _smoothedStep += SmoothedStepRate * (Math.Abs(step) - _smoothedStep);
        while (_hours.TryNext(i, out var origin, out var truth))
        {
            if (truth >= 0)
            {
                var error = Vector256.Create(Math.Abs(_forecasts[origin] - _prices[truth]));
                _errors += Vector256.Max(Rates, Vector256.Create(1d / (Known + 10))) * (error - _errors);
                Known++;
            }
        }
    }

    /// <summary>Fills the price-based features, which come first.</summary>
    public readonly void FillMemories(Span<double> features)
    {
        var hour = _next > PointsAnHour ? Math.Abs(_level - _levels[(_next - 1 - PointsAnHour) % KeptLevels]) : 0;
        var least = Vector256.Create(MinScale);
        var slow = Vector256.Create(_errors[0], _errors[1], _errors[2], _changes[0]);
        var fast = Vector256.Create(_changes[1], _changes[2], _smoothedStep, MinHourChange + hour);
        Vector256.Log(Vector256.Max(slow, least)).CopyTo(features);
        Vector256.Log(Vector256.Max(fast, least)).CopyTo(features[Vector256<double>.Count..]);
    }

    /// <summary>Fills the time-based features, which come last.</summary>
    public static void FillClock(DateTime utc, Span<double> features)
    {
        var time = utc.TimeOfDay;
        for (var harmonic = 1; harmonic <= 3; harmonic++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * harmonic * time.TotalDays);
            features[harmonic - 1] = cosine;
            features[harmonic + 2] = sine;
        }

        features[6] = IsOpening(utc) ? 1 : 0;
        features[7] = IsWeekend(utc) ? 1 : 0;
    }

    /// <summary>00:40 to 02:00 UTC on weekdays: around the onshore opening at 01:30, when the price moves most.</summary>
    private static bool IsOpening(DateTime utc) =>
        utc.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
        && utc.TimeOfDay >= new TimeSpan(0, 40, 0)
        && utc.TimeOfDay < new TimeSpan(2, 0, 0);

    /// <summary>Friday 21:00 to Sunday 22:00, when there is hardly any trading.</summary>
    private static bool IsWeekend(DateTime utc) =>
        utc.DayOfWeek switch
        {
            DayOfWeek.Friday => utc.Hour >= 21,
            DayOfWeek.Saturday => true,
            DayOfWeek.Sunday => utc.Hour < 22,
            _ => false,
        };
}
