using System.Runtime.Intrinsics;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// The log-linear rule of the local scale, prepared for all points of a history: the contribution of the time is precomputed for each
/// 5-minute slot of a week.
/// </summary>
internal sealed class ScaleRule
{
    private const int SlotsAWeek = 7 * 24 * 12;

    private readonly Vector256<double> _first;
    private readonly Vector256<double> _second;
    private readonly double _intercept;
    private readonly double[] _clock;
    private readonly double[] _atSlot;

    public ScaleRule(ScaleCoefficients coefficients)
    {
        var all = coefficients.ToArray();
        (_first, _second) = (Vector256.Create(all), Vector256.Create(all, Vector256<double>.Count));
        (_intercept, _clock) = (coefficients.Intercept, all[LocalScale.Memories..]);
        _atSlot = [.. Enumerable.Range(0, SlotsAWeek).Select(slot => OfClock(DateTime.UnixEpoch + slot * PriceSlot.Step))];
    }

    /// <summary>The logarithm of the scale at the last added point, without the contribution of the time.</summary>
    public double OfMemories(in LocalScale scale)
    {
        Span<double> features = stackalloc double[LocalScale.Memories];
        scale.FillMemories(features);
        return OfMemories(features);
    }

    /// <summary>The scale in CNY for a forecast made at an instant.</summary>
    /// <param name="ofMemories">From <see cref="OfMemories(in LocalScale)"/>.</param>
    /// <param name="madeAt">The instant.</param>
    public double At(double ofMemories, DateTimeOffset madeAt) => Math.Exp(ofMemories + OfClock(madeAt.UtcDateTime));

    /// <summary>The scale in CNY at the last added point, for a forecast made at a 5-minute slot.</summary>
    public double At(in LocalScale scale, PriceSlot slot) =>
        Math.Exp(OfMemories(scale) + _atSlot[(slot.Number % SlotsAWeek + SlotsAWeek) % SlotsAWeek]);

    /// <summary>The smallest and the largest scale in CNY over the 5-minute slots of a week, for the same memories.</summary>
    public (double Least, double Most) Range(ReadOnlySpan<double> memories)
    {
        var ofMemories = OfMemories(memories);
        return (Math.Exp(ofMemories + _atSlot.Min()), Math.Exp(ofMemories + _atSlot.Max()));
    }

    private double OfMemories(ReadOnlySpan<double> features) =>
        _intercept + Vector256.Sum(_first * Vector256.Create(features) + _second * Vector256.Create(features[Vector256<double>.Count..]));

    private double OfClock(DateTime utc)
    {
        Span<double> features = stackalloc double[LocalScale.ClockFeatures];
        LocalScale.FillClock(utc, features);
        var sum = 0d;
        for (var k = 0; k < features.Length; k++)
        {
            sum += _clock[k] * features[k];
        }

        return sum;
    }
}
