namespace Bittbridge.Models.Intervals;

/// <summary>
/// Computes intervals from a calibration: the local scale at the time of the forecast, times a quantile of the errors that the aim chooses.
/// The width is corrected by the ratio of the model's recent errors to the calibration (<see cref="RecentErrors"/>): always for a model
/// that the calibration was not fitted to, otherwise only with learning.
/// </summary>
public sealed class CalibratedIntervalEstimator : IIntervalEstimator
{
    /// <summary>
    /// The probability mass of the interval under <see cref="IntervalAim.Rank"/>. On recorded prices, against miners with 90 % intervals,
    /// it earned the largest of the validator's shares: 0.878, against 0.81 for a mass of 0.60 and 0.82 for 0.90.
    /// </summary>
    public const double RankMass = 0.78;

    /// <summary>The validator rounds the true price to four decimals.</summary>
    private const double Lattice = 1e-4;

    /// <summary>A bound extends this much beyond its decimal, so that binary rounding does not exclude the decimal.</summary>
    private const double Margin = 1e-9;

    /// <summary>The widest interval that is tried, half a CNY; a wider one is useless.</summary>
    private const int MaxCells = 5000;

    /// <summary>
    /// Two hours of known errors. Without known errors the interval is twice as wide; the excess falls by a factor of e with every two
    /// hours of them.
    /// </summary>
    private const double FewErrors = 24;

    /// <summary>The share of jumps whose error is smaller than the jump.</summary>
    private const double JumpLevel = 0.9;

    private readonly ScaleRule _rule;
    private readonly ErrorDistribution _errors;
    private readonly string _fittedTo;
    private readonly bool _learning;
    private readonly IntervalAim _aim;
    private readonly double _level;

    /// <param name="calibration">The distribution of errors.</param>
    /// <param name="aim">What the interval is optimized for.</param>
    /// <param name="level">The share of hours in which it should contain the price under <see cref="IntervalAim.Coverage"/>, between 0 and
    /// 1.</param>
    /// <param name="learning">Whether recent errors also count for the model that the calibration was fitted to.</param>
    /// <exception cref="ArgumentException">The calibration can't be used.</exception>
    public CalibratedIntervalEstimator(
        Calibration calibration,
        IntervalAim aim = IntervalAim.Coverage,
        double level = 0.9,
        bool learning = false
    )
    {
        ArgumentNullException.ThrowIfNull(calibration);
        if (calibration.Problem() is { } problem)
        {
            throw new ArgumentException($"The calibration can't be used: {problem}.", nameof(calibration));
        }

        _rule = new(calibration.Scale);
        (_fittedTo, _learning) = (calibration.Model, learning);
        _errors = new(calibration.Levels, calibration.Quantiles);
        _aim = aim;
        _level = level is > 0 and < 1
            ? level
            : throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval must be between 0 and 1.");
    }

    public PredictionInterval? Estimate(double price, DateTimeOffset madeAt, PriceHistory history, IPredictionModel model)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(model);
        return history.IsEmpty ? null : Estimate(price, madeAt, ScaleOf(history, model, PastForecasts.Of(model, history)));
    }

    /// <param name="prices">The prices known at the time of the forecast, not empty.</param>
    /// <param name="model">The model of the forecast.</param>
    /// <param name="forecasts">The model's forecast at each of the prices.</param>
    internal WindowScale ScaleOf(PriceHistory prices, IPredictionModel model, ReadOnlySpan<double> forecasts)
    {
        var pending = model as IPendingJump;
        var fitted = _fittedTo == model.Id.ToString() || _fittedTo == pending?.CalibratedAs.ToString();
        using var errors = new RecentErrors(_rule, _errors, prices, forecasts, follows: _learning || !fitted);
        return new(
            prices,
            pending,
            errors.OfMemories,
            1 + Math.Exp(-errors.Known / FewErrors),
            errors.ScaleFactor(fitted ? RecentErrors.TrustInTheFit : RecentErrors.TrustInAnothersFit)
        );
    }

    /// <param name="price">The forecast, CNY per USDT.</param>
    /// <param name="madeAt">When it was made.</param>
    /// <param name="window">From <see cref="ScaleOf"/>.</param>
    internal PredictionInterval Estimate(double price, DateTimeOffset madeAt, in WindowScale window)
    {
        // An old price has had longer to move.
        var age = Math.Sqrt(1 + Math.Max(0, (madeAt - window.Prices.Newest!.Value.Time).TotalHours));
        var scale = _rule.At(window.OfMemories, madeAt) * window.FewErrors * age * window.RecentErrors;
        if (window.Pending?.JumpAt(madeAt, window.Prices) is > 0 and var jump)
        {
            // The error of the jump is independent of the usual one; nine in ten are smaller than the jump itself.
            var ofJump = jump / _errors.Quantile(JumpLevel);
            scale = Math.Sqrt(scale * scale + ofJump * ofJump);
        }

        return _aim switch
        {
            IntervalAim.Reward => Best(price, scale),
            IntervalAim.Rank => Shortest(price, scale, RankMass),
            _ => PredictionInterval.Around(price, Math.Max(scale * _errors.Quantile(_level), ResidualIntervalEstimator.MinHalfWidth)),
        };
    }

    /// <summary>The interval with the highest expected score, which is its mass over 1 + 1000 · its width.</summary>
    private PredictionInterval Best(double price, double scale)
    {
        var (best, score) = (default(PredictionInterval), double.NegativeInfinity);
        for (var cells = 0; cells <= MaxCells; cells++)
        {
            var (interval, mass) = Between(price, scale, cells);
            var worth = 1 + 1000 * interval.Width;
            if (mass / worth > score)
            {
                (best, score) = (interval, mass / worth);
            }

            // No mass is more than 1.
            if (1 / worth < score)
            {
                break;
            }
        }

        return best;
    }

    private PredictionInterval Shortest(double price, double scale, double wanted)
    {
        for (var cells = 0; ; cells++)
        {
            var (interval, mass) = Between(price, scale, cells);
            if (mass >= wanted || cells == MaxCells)
            {
                return interval;
            }
        }
    }

    /// <summary>
    /// The interval around the price whose bounds are <paramref name="cells"/> units of the fourth decimal apart, and the probability that
    /// it contains the true price rounded to four decimals: half a unit more on both sides.
    /// </summary>
    private (PredictionInterval Interval, double Mass) Between(double price, double scale, int cells)
    {
        var first = Math.Round(price / Lattice - cells / 2d);
        var (lower, upper) = (first * Lattice, (first + cells) * Lattice);
        return (
            new(lower - Margin, upper + Margin),
            _errors.Mass((lower - Lattice / 2 - price) / scale, (upper + Lattice / 2 - price) / scale)
        );
    }
}
