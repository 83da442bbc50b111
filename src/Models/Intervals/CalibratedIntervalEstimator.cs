namespace Bittbridge.Models;

/// <summary>The interval of a calibration: the local scale at the time of the forecast times a width from the table of errors, chosen by an aim.</summary>
public sealed class CalibratedIntervalEstimator : IIntervalEstimator
{
    /// <summary>
    /// The mass of the band under <see cref="IntervalAim.Rank"/>. Of the validator's shares in a field of 90 % bands it took the most on recorded prices: .878, against .81 at .60
    /// and .82 at .90.
    /// </summary>
    public const double RankMass = 0.78;

    /// <summary>The validator reads the true price with four decimals.</summary>
    private const double Lattice = 1e-4;

    /// <summary>A bound on a decimal reaches this much beyond it, so that binary rounding does not cut the decimal off.</summary>
    private const double Margin = 1e-9;

    /// <summary>Half a CNY: wider is no interval any more, and the search for the best ends.</summary>
    private const int MostCells = 5000;

    /// <summary>With no error known the interval is twice as wide; the excess falls by e for every two hours of known errors.</summary>
    private const double FewErrors = 24;

    private readonly double[] _coefficients;
    private readonly double _intercept;
    private readonly ErrorDistribution _errors;
    private readonly IntervalAim _aim;
    private readonly double _level;

    /// <param name="calibration">How wide errors are.</param>
    /// <param name="aim">What the interval is made for.</param>
    /// <param name="level">The share of hours that it should hold under <see cref="IntervalAim.Coverage"/>, between 0 and 1.</param>
    /// <exception cref="ArgumentException">The calibration is not usable.</exception>
    public CalibratedIntervalEstimator(Calibration calibration, IntervalAim aim = IntervalAim.Coverage, double level = 0.9)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        if (calibration.Problem() is { } problem)
        {
            throw new ArgumentException($"The calibration can't be used: {problem}.", nameof(calibration));
        }

        _coefficients = calibration.Scale.ToArray();
        _intercept = calibration.Scale.Intercept;
        _errors = new(calibration.Levels, calibration.Quantiles);
        _aim = aim;
        _level = level is > 0 and < 1 ? level : throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");
    }

    public PredictionInterval? Estimate(double price, DateTimeOffset madeAt, PriceHistory history, IPredictionModel model)
    {
        if (ScaleAt(madeAt, history, model) is not { } scale)
        {
            return null;
        }

        return _aim switch
        {
            IntervalAim.Reward => Best(price, scale),
            IntervalAim.Rank => Shortest(price, scale, RankMass),
            _ => PredictionInterval.Around(price, Math.Max(scale * _errors.Quantile(_level), ResidualIntervalEstimator.NarrowestHalfWidth)),
        };
    }

    /// <summary>The local scale in CNY; wider with few errors known, and with an old price, which has had longer to move. Null without a price.</summary>
    public double? ScaleAt(DateTimeOffset madeAt, PriceHistory history, IPredictionModel model)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(model);
        if (history.Newest is not { } newest)
        {
            return null;
        }

        var known = history.TakeLast(LocalScale.Window);
        Span<double> features = stackalloc double[LocalScale.Count];
        var errors = LocalScale.Fill(known, PastForecasts.Of(model, known), madeAt, features);
        var logarithm = _intercept;
        for (var k = 0; k < features.Length; k++)
        {
            logarithm += _coefficients[k] * features[k];
        }

        var age = Math.Max(0, (madeAt - newest.Time).TotalHours);
        return Math.Exp(logarithm) * (1 + Math.Exp(-errors / FewErrors)) * Math.Sqrt(1 + age);
    }

    /// <summary>Of all intervals between decimals the one with the highest expected score: its mass over 1 + 1000 · its width.</summary>
    private PredictionInterval Best(double price, double scale)
    {
        var (best, score) = (default(PredictionInterval), double.NegativeInfinity);
        for (var cells = 0; cells <= MostCells; cells++)
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
            if (mass >= wanted || cells == MostCells)
            {
                return interval;
            }
        }
    }

    /// <summary>
    /// The interval from one decimal to another so many further, around the price, and the chance that the true price, brought to four decimals, is in it: every decimal stands for half
    /// a unit on both sides.
    /// </summary>
    private (PredictionInterval Interval, double Mass) Between(double price, double scale, int cells)
    {
        var first = Math.Round(price / Lattice - cells / 2d);
        var (lower, upper) = (first * Lattice, (first + cells) * Lattice);
        return (new(lower - Margin, upper + Margin), _errors.Mass((lower - Lattice / 2 - price) / scale, (upper + Lattice / 2 - price) / scale));
    }
}
