namespace Bittbridge.Models.Intervals;

/// <summary>
/// The interval of a calibration: the local scale at the time of the forecast times a width from the table of errors, chosen by an aim, and
/// stretched by how the model's recent errors compare with the table (<see cref="RecentErrors"/>): always for a model that the calibration
/// was not fitted to, otherwise where learning is asked for.
/// </summary>
public sealed class CalibratedIntervalEstimator : IIntervalEstimator
{
    /// <summary>
    /// The mass of the band under <see cref="IntervalAim.Rank"/>. Of the validator's shares in a field of 90 % bands it took the most on
    /// recorded prices: .878, against .81 at .60 and .82 at .90.
    /// </summary>
    public const double RankMass = 0.78;

    /// <summary>The validator reads the true price with four decimals.</summary>
    private const double Lattice = 1e-4;

    /// <summary>A bound on a decimal reaches this much beyond it, so that binary rounding does not cut the decimal off.</summary>
    private const double Margin = 1e-9;

    /// <summary>Half a CNY: wider is no interval any more, and the search for the best ends.</summary>
    private const int MaxCells = 5000;

    /// <summary>
    /// With no error known the interval is twice as wide; the excess falls by e for every two hours of known errors. An old price has had
    /// longer to move.
    /// </summary>
    private const double FewErrors = 24;

    private readonly ScaleRule _rule;
    private readonly ErrorDistribution _errors;
    private readonly string _fittedTo;
    private readonly bool _learning;
    private readonly IntervalAim _aim;
    private readonly double _level;

    /// <param name="calibration">How wide errors are.</param>
    /// <param name="aim">What the interval is made for.</param>
    /// <param name="level">The share of hours that it should hold under <see cref="IntervalAim.Coverage"/>, between 0 and 1.</param>
    /// <param name="learning">Whether recent errors count also for the model that the calibration was fitted to.</param>
    /// <exception cref="ArgumentException">The calibration is not usable.</exception>
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
            : throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");
    }

    public PredictionInterval? Estimate(double price, DateTimeOffset madeAt, PriceHistory history, IPredictionModel model)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(model);
        return Estimate(price, madeAt, history, model.Id, PastForecasts.Of(model, history));
    }

    /// <param name="price">The forecast, CNY per USDT.</param>
    /// <param name="madeAt">When it was made.</param>
    /// <param name="history">What was known then.</param>
    /// <param name="model">Whose forecast it is.</param>
    /// <param name="forecasts">What the model said at each point of the history.</param>
    internal PredictionInterval? Estimate(
        double price,
        DateTimeOffset madeAt,
        PriceHistory history,
        ModelId model,
        ReadOnlySpan<double> forecasts
    )
    {
        if (history.Newest is not { } newest)
        {
            return null;
        }

        var fitted = _fittedTo == model.ToString();
        var errors = new RecentErrors(_rule, _errors, history, forecasts, follows: _learning || !fitted);
        var few = 1 + Math.Exp(-errors.Known / FewErrors);
        var age = Math.Sqrt(1 + Math.Max(0, (madeAt - newest.Time).TotalHours));
        var scale =
            errors.ScaleAt(madeAt) * few * age * errors.ScaleFactor(fitted ? RecentErrors.TrustInTheFit : RecentErrors.TrustInAnothersFit);
        return _aim switch
        {
            IntervalAim.Reward => Best(price, scale),
            IntervalAim.Rank => Shortest(price, scale, RankMass),
            _ => PredictionInterval.Around(price, Math.Max(scale * _errors.Quantile(_level), ResidualIntervalEstimator.MinHalfWidth)),
        };
    }

    /// <summary>Of all intervals between decimals the one with the highest expected score: its mass over 1 + 1000 · its width.</summary>
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
    /// The interval from one decimal to another so many further, around the price, and the chance that the true price, brought to four
    /// decimals, is in it: every decimal stands for half a unit on both sides.
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
