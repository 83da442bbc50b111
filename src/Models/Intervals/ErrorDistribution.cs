namespace Bittbridge.Models.Intervals;

/// <summary>
/// The distribution of |error| / scale from a calibration's quantiles: linear from 0 through the quantiles, with a power-law tail of
/// exponent 2 after the last.
/// </summary>
internal sealed class ErrorDistribution(IReadOnlyList<double> levels, IReadOnlyList<double> quantiles)
{
    private readonly double[] _levels = [0, .. levels];
    private readonly double[] _quantiles = [0, .. quantiles];

    /// <summary>The quantile at a level between 0 and 1.</summary>
    public double Quantile(double level)
    {
        if (level > _levels[^1])
        {
            return _quantiles[^1] * Math.Sqrt((1 - _levels[^1]) / (1 - level));
        }

        var above = Array.BinarySearch(_levels, level) is >= 0 and var at ? Math.Max(1, at) : ~Array.BinarySearch(_levels, level);
        var share = (level - _levels[above - 1]) / (_levels[above] - _levels[above - 1]);
        return _quantiles[above - 1] + share * (_quantiles[above] - _quantiles[above - 1]);
    }

    /// <summary>The share of errors up to z scales.</summary>
    public double Mass(double z)
    {
        if (z >= _quantiles[^1])
        {
            return _quantiles[^1] > 0 ? 1 - (1 - _levels[^1]) * (_quantiles[^1] / z * (_quantiles[^1] / z)) : 1;
        }

        // Quantiles may be equal when many hours end at the price where they began: the highest of their levels counts.
        var (low, high) = (0, _quantiles.Length - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = _quantiles[middle] <= z ? (middle, high) : (low, middle);
        }

        return _levels[low] + (_levels[high] - _levels[low]) * (z - _quantiles[low]) / (_quantiles[high] - _quantiles[low]);
    }

    /// <summary>The share of errors between two signed bounds in scales, assuming a symmetric distribution.</summary>
    public double Mass(double lower, double upper) =>
        (Math.CopySign(Mass(Math.Abs(upper)), upper) - Math.CopySign(Mass(Math.Abs(lower)), lower)) / 2;
}
