using System.Buffers;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// Compares a model's errors over the history with a calibration: the local scale now, and the factor by which the matured errors, in units
/// of the scale at their time, exceed the calibration's quantiles (the table). The errors are replayed, not stored: a model returns the
/// same forecast from the same prices, so these are the errors that the miner made.
/// </summary>
internal ref struct RecentErrors
{
    /// <summary>
    /// How many hours of errors weigh as much as a calibration that was fitted to the model. With ten, coverage stayed between 0.89 and
    /// 0.92 on recorded prices, on halves of them that the calibration had not seen, with moves half and twice as large, and with added
    /// noise; with forty, noise raised it to 0.94.
    /// </summary>
    public const double TrustInTheFit = 10;

    /// <summary>Like <see cref="TrustInTheFit"/>, for a calibration that was fitted to another model.</summary>
    public const double TrustInAnothersFit = 4;

    /// <summary>
    /// The level at which errors are compared with the table: high enough to represent the width, low enough to be estimated from two days.
    /// </summary>
    private const double ComparedLevel = 0.8;

    /// <summary>One slot in four is compared, because neighbors share most of their hour.</summary>
    private const int Apart = 4;

    private const double ComparedAnHour = 12d / Apart;

    /// <summary>With fewer hours of errors, the errors do not change the width.</summary>
    private const double MinHours = 12;

    /// <summary>The first compared point; before it the exponentially weighted means have not settled.</summary>
    private const int FirstCompared = 100;

    private const double MaxScaleFactor = 4;

    private readonly ScaleRule _rule;
    private readonly ErrorDistribution _table;
    private readonly Span<double> _ratios;
    private readonly double[]? _pooled;
    private LocalScale _scale;

    /// <param name="rule">The scale of the calibration.</param>
    /// <param name="table">The error distribution of the calibration.</param>
    /// <param name="history">Not empty.</param>
    /// <param name="forecasts">The model's forecast at each point.</param>
    /// <param name="follows">Whether the errors are compared at all.</param>
    public RecentErrors(ScaleRule rule, ErrorDistribution table, PriceHistory history, ReadOnlySpan<double> forecasts, bool follows)
    {
        (_rule, _table) = (rule, table);
        var times = history.TimesUnixMs;
        var prices = history.Prices;
        _scale = new(times, prices, forecasts);
        if (!follows)
        {
            for (var i = 0; i < prices.Length; i++)
            {
                _scale.Advance();
            }

            return;
        }

        // The scale at each point, then the ratios.
        _pooled = ArrayPool<double>.Shared.Rent(2 * prices.Length);
        var scales = _pooled.AsSpan(0, prices.Length);
        var ratios = _pooled.AsSpan(prices.Length);
        scales.Clear();
        var hours = new MaturedForecasts(times);
        var count = 0;
        for (var i = 0; i < prices.Length; i++)
        {
            _scale.Advance();
            if (i >= FirstCompared && PriceSlot.NearestTo(times[i]) is var slot && slot.Number % Apart == 0)
            {
                scales[i] = rule.At(_scale, slot);
            }

            while (hours.TryNext(i, out var origin, out var truth))
            {
                if (truth >= 0 && scales[origin] > 0)
                {
                    ratios[count++] = Math.Abs(forecasts[origin] - prices[truth]) / scales[origin];
                }
            }
        }

        _ratios = ratios[..count];
        _ratios.Sort();
    }

    /// <summary>Returns the pooled memory; <see cref="ScaleFactor"/> must not be called afterwards.</summary>
    public readonly void Dispose()
    {
        if (_pooled is not null)
        {
            ArrayPool<double>.Shared.Return(_pooled);
        }
    }

    /// <summary>How many errors are known.</summary>
    public readonly int Known => _scale.Known;

    /// <summary>The logarithm of the local scale now, without the contribution of the time.</summary>
    public readonly double OfMemories => _rule.OfMemories(_scale);

    /// <summary>
    /// The factor for the table: the ratio of the errors' 80 % quantile to the table's, raised to h / (h + <paramref name="trust"/>) for h
    /// hours of errors; 1 with less than half a day of them.
    /// </summary>
    public readonly double ScaleFactor(double trust)
    {
        var hours = _ratios.Length / ComparedAnHour;
        if (hours < MinHours)
        {
            return 1;
        }

        var seen = _ratios[(int)Math.Ceiling(ComparedLevel * _ratios.Length) - 1] / _table.Quantile(ComparedLevel);
        return double.IsFinite(seen) ? Math.Pow(Math.Clamp(seen, 1 / MaxScaleFactor, MaxScaleFactor), hours / (hours + trust)) : 1;
    }
}
