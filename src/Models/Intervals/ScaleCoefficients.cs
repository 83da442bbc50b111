namespace Bittbridge.Models.Intervals;

/// <summary>The coefficients of the logarithm of the local scale: what an error is expected to be like, in CNY, here and now.</summary>
/// <param name="Intercept">c.</param>
/// <param name="Errors">Of the past errors with rates .2, .05 and .01.</param>
/// <param name="Changes">Of the past changes with the same rates.</param>
/// <param name="SmoothedStep">Of the steps of the smoothed level.</param>
/// <param name="HourChange">Of the smoothed level's change over the last hour.</param>
/// <param name="Cosines">Of the UTC hour, one to three times a day.</param>
/// <param name="Sines">The same.</param>
/// <param name="Opening">Around the onshore opening, 00:40 to 02:00 UTC.</param>
/// <param name="Weekend">From Friday 21:00 to Sunday 22:00 UTC.</param>
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
