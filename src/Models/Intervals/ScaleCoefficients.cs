namespace Bittbridge.Models.Intervals;

/// <summary>The coefficients of the logarithm of the local scale, the expected size of an error in CNY at a point.</summary>
/// <param name="Intercept">The constant c.</param>
/// <param name="Errors">For the past errors with rates .2, .05 and .01.</param>
/// <param name="Changes">For the past changes with the same rates.</param>
/// <param name="SmoothedStep">For the steps of the smoothed level.</param>
/// <param name="HourChange">For the smoothed level's change over the last twelve points, an hour where none is missing.</param>
/// <param name="Cosines">For the UTC hour, with one to three cycles a day.</param>
/// <param name="Sines">As <paramref name="Cosines"/>.</param>
/// <param name="Opening">For the time around the onshore opening, 00:40 to 02:00 UTC.</param>
/// <param name="Weekend">For Friday 21:00 to Sunday 22:00 UTC.</param>
public sealed record ScaleCoefficients(
    double Intercept,
    IReadOnlyList<double> Errors,
    IReadOnlyList<double> Changes,
    double SmoothedStep,
    double HourChange,
    IReadOnlyList<double> Cosines,
    IReadOnlyList<double> Sines,
    double Opening,
    double Weekend
)
{
    internal static ScaleCoefficients Of(double intercept, double[] c) =>
        new(intercept, c[..3], c[3..6], c[6], c[7], c[8..11], c[11..14], c[14], c[15]);

    /// <summary>In the order of the features of <see cref="LocalScale"/>.</summary>
    internal double[] ToArray() => [.. Errors, .. Changes, SmoothedStep, HourChange, .. Cosines, .. Sines, Opening, Weekend];
}
