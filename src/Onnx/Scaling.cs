namespace Bittbridge.Onnx;

/// <summary>
/// (x - offset) / unit, as in training: min-max scaling uses the minimum and the range, standard scaling the mean and the deviation. There
/// is one pair for all steps, or one per step.
/// </summary>
public sealed class Scaling
{
    private readonly double[] _offsets;
    private readonly double[] _units;

    internal Scaling(double[] offsets, double[] units) => (_offsets, _units) = (offsets, units);

    /// <summary>The identity.</summary>
    public static Scaling None { get; } = new([0], [1]);

    /// <summary>Scales the numbers of a window in place.</summary>
    internal void Apply(Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] - At(_offsets, i)) / At(_units, i);
        }
    }

    /// <summary>The inverse of scaling.</summary>
    internal double Undo(double scaled) => scaled * _units[0] + _offsets[0];

    private static double At(double[] values, int i) => values[values.Length == 1 ? 0 : i];
}
