using Bittbridge.Models.Rates;

namespace Bittbridge.Models.BuiltIn.Offshore;

/// <summary>
/// Predicts the move of the price at the next onshore opening. CoinGecko's CNY price contains the onshore rate, which does not change
/// between sessions; at the opening it jumps towards the offshore rate.
/// <code>
///   jump = beta · ln(offshore rate now / offshore rate at the close)
///   CoinGecko shows a share of it: 0 up to five minutes after the opening, linearly to 1 fifteen minutes after it
///   before:  forecast = level · exp(jump · share(target))
///   at the points of :40 and :45:  forecast = last price · exp(jump, if the price has made less than half of it; otherwise 0)
/// </code>
/// Beta is 0.75 before any opening is known and is fitted by ridge regression to the openings in the history, at most three.
/// </summary>
/// <param name="rates">The offshore rates.</param>
/// <param name="history">The prices; only those up to the point of a forecast are used.</param>
internal readonly struct OpeningRule(RateHistory rates, PriceHistory history)
{
    /// <summary>The share of the offshore move that the price makes, before any opening is known.</summary>
    public const double FirstBeta = 0.75;

    private const double MinBeta = 0.5;
    private const double MaxBeta = 1;

    /// <summary>
    /// Openings come once a day, so one alone must not change beta much: the initial value weighs as much as forty moves of 5 basis points.
    /// </summary>
    private const double WeightOfFirstBeta = 40 * 5e-4 * 5e-4;

    /// <summary>A larger move since the close is an error of the source: the onshore band is 2 % a day.</summary>
    private const double MaxMove = 0.02;

    /// <summary>
    /// Nine in ten moves of the offshore rate in an hour of the night are smaller. On recorded rates the bound is 4 · 10⁻⁴ for half an
    /// hour, and moves grow with the square root of time.
    /// </summary>
    private const double UsualMoveOfAnHour = 5e-4;

    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly long MaxRateAge = (long)OffshoreOpeningModel.MaxRateAge.TotalMilliseconds;

    /// <summary>Half a slot: a point belongs to the slot that it is nearest to.</summary>
    private const long Tolerance = 5 * Minute / 2;

    private const long FirstShown = 5 * Minute;
    private const long FullyShown = 15 * Minute;

    /// <summary>The time after the opening by which the price has certainly settled.</summary>
    private const long Settled = 20 * Minute;

    private static readonly long Horizon = (long)Forecast.Horizon.TotalMilliseconds;
    private static readonly long Opening = (long)OnshoreCalendar.Opening.TotalMilliseconds;

    private readonly RateHistory _rates = rates;
    private readonly PriceHistory _history = history;

    /// <summary>The forecast for an hour after <paramref name="madeAt"/>.</summary>
    /// <param name="level">The forecast without the opening, CNY per USDT; returned as it is when no jump is due.</param>
    /// <param name="madeAt">When the forecast is made, Unix milliseconds.</param>
    /// <param name="point">The newest point that is known then.</param>
    public double Apply(double level, long madeAt, int point) =>
        Expected(madeAt, point) is { } expected ? (expected.FromLast ? _history.Prices[point] : level) * Math.Exp(expected.LogMove) : level;

    /// <summary>The size of the expected move in CNY, combined with how far the offshore rate may still go until the opening.</summary>
    public double Jump(long madeAt, int point)
    {
        if (Expected(madeAt, point) is not { } expected)
        {
            return 0;
        }

        var move = Math.Exp(expected.LogMove) - 1;
        return _history.Prices[point] * Math.Sqrt(move * move + expected.Unknown * expected.Unknown);
    }

    private (double LogMove, double Unknown, bool FromLast)? Expected(long madeAt, int point)
    {
        // A forecast and its target are on the same date when an opening is between them.
        var timeOfDay = madeAt % Day;
        var (newest, midnight) = (_history.TimesUnixMs[point], madeAt - timeOfDay);
        var opening = midnight + Opening;
        if (timeOfDay + Horizon <= Opening + FirstShown || timeOfDay >= Opening + Settled || newest >= opening + FullyShown + Tolerance)
        {
            return null;
        }

        if (DateOf(midnight) is var date && !OnshoreCalendar.HasSession(date))
        {
            return null;
        }

        if (MoveBefore(date, madeAt) is not { } move)
        {
            return null;
        }

        var beta = Beta(date, newest);
        var jump = beta * move;
        if (newest < opening + FirstShown + Tolerance)
        {
            var share = Math.Min(1, (madeAt + Horizon - opening - FirstShown) / (double)(FullyShown - FirstShown));
            var ahead = Math.Max(0, opening - (_rates.KnownSince(madeAt) ?? opening)) / (double)Hour;
            return (share * jump, share * beta * UsualMoveOfAnHour * Math.Sqrt(ahead), false);
        }

        // A jump of this size is not noise, so the forecast starts from the last price and not from the smoothed level.
        return PriceAt(opening) is { } before ? (Math.Log(_history.Prices[point] / before) / jump >= 0.5 ? 0 : jump, 0, true) : null;
    }

    /// <summary>The logarithmic move of the offshore rate from the close before a date's session to an instant.</summary>
    private double? MoveBefore(DateOnly date, long unixMs) =>
        _rates.At(OnshoreCalendar.CloseBefore(date).ToUnixTimeMilliseconds(), MaxRateAge) is { } atClose
        && _rates.At(unixMs, MaxRateAge) is { } now
        && Math.Log(now / atClose) is var move
        && Math.Abs(move) <= MaxMove
            ? move
            : null;

    private double Beta(DateOnly date, long newest)
    {
        var (moves, products) = (0d, 0d);
        for (var day = date.AddDays(-1); OpeningOf(day) >= _history.TimesUnixMs[0]; day = day.AddDays(-1))
        {
            var opening = OpeningOf(day);
            if (
                OnshoreCalendar.HasSession(day)
                && opening + Settled <= newest
                && MoveBefore(day, opening) is { } move
                && PriceAt(opening) is { } before
                && PriceAt(opening + Settled) is { } after
            )
            {
                moves += move * move;
                products += move * Math.Log(after / before);
            }
        }

        return Math.Clamp((FirstBeta * WeightOfFirstBeta + products) / (WeightOfFirstBeta + moves), MinBeta, MaxBeta);
    }

    /// <summary>The price at an instant before the newest point that is used: a later point is never nearer.</summary>
    private double? PriceAt(long unixMs) => _history.IndexNear(unixMs) is >= 0 and var at ? _history.Prices[at] : null;

    private static DateOnly DateOf(long midnight) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(midnight).UtcDateTime);

    private static long OpeningOf(DateOnly date) => (date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * Day + Opening;
}
