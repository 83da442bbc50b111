namespace Bittbridge.Onnx;

/// <summary>
/// (x - offset) / unit, as trainers scale numbers: min-max has the minimum and the range, standard the mean and the deviation. One pair for
/// all steps, or one a step.
/// </summary>
public sealed class Scaling
{
    private readonly double[] _offsets;
    private readonly double[] _units;

    internal Scaling(double[] offsets, double[] units) => (_offsets, _units) = (offsets, units);

    /// <summary>Leaves numbers as they are.</summary>
    public static Scaling None { get; } = new([0], [1]);

    /// <summary>Scales the numbers of a window in place.</summary>
    internal void Apply(Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] - At(_offsets, i)) / At(_units, i);
        }
    }

    /// <summary>The number that was scaled to this one.</summary>
    internal double Undo(double scaled) => scaled * _units[0] + _offsets[0];

    private static double At(double[] values, int i) => values[values.Length == 1 ? 0 : i];
}
