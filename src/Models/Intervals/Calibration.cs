using System.Globalization;
using System.Text.Json;
using Bittbridge.Models.Packages;

namespace Bittbridge.Models.Intervals;

/// <summary>
/// The distribution of one-hour errors: a local scale, and the quantiles of errors in units of it. <see cref="CalibrationFitter"/> computes
/// it from prices; it is stored as JSON and can be reproduced.
/// </summary>
/// <param name="FormatVersion">The version of this format: <see cref="CurrentFormat"/>.</param>
/// <param name="FittedOn">A description of the prices.</param>
/// <param name="Model">The model of the errors: name and version.</param>
/// <param name="From">The time of the first price.</param>
/// <param name="To">The time of the last price.</param>
/// <param name="Cases">The number of hours.</param>
/// <param name="Scale">The coefficients of the local scale.</param>
/// <param name="Levels">Ascending, between 0 and 1.</param>
/// <param name="Quantiles">|error| / scale at each level, ascending.</param>
public sealed record Calibration(
    int FormatVersion,
    string FittedOn,
    string Model,
    DateTimeOffset From,
    DateTimeOffset To,
    int Cases,
    ScaleCoefficients Scale,
    IReadOnlyList<double> Levels,
    IReadOnlyList<double> Quantiles
)
{
    public const int CurrentFormat = 1;

    /// <summary>
    /// A quarter of a usual one-hour error, in CNY: an interval this narrow never contains nine in ten errors. The shipped calibration has
    /// 0.001 at the quietest hour.
    /// </summary>
    private const double MinHalfWidth = 0.25 * LocalScale.UsualError;

    /// <summary>CNY; the price itself is about 7.</summary>
    private const double MaxHalfWidth = 1;

    public string ToJson() => JsonSerializer.Serialize(this, ModelsJson.Default.Calibration);

    /// <summary>Parses the calibration; null, with the problem, when the text is invalid.</summary>
    public static Calibration? FromJson(string json, out string? problem) =>
        ModelsJson.Read(json, ModelsJson.Default.Calibration, c => c.Problem(), out problem);

    /// <summary>Why the calibration can't be used; null when it can.</summary>
    public string? Problem() =>
        FormatVersion != CurrentFormat ? $"its format is {FormatVersion}, and this version reads {CurrentFormat}"
        : Scale.Errors.Count != 3 || Scale.Changes.Count != 3 || Scale.Cosines.Count != 3 || Scale.Sines.Count != 3
            ? "errors, changes, cosines and sines do not have three coefficients each"
        : !Scale.ToArray().Append(Scale.Intercept).All(double.IsFinite) ? "a coefficient is not a finite number"
        : Levels.Count < 2 || Levels.Count != Quantiles.Count ? "levels and quantiles differ in number, or there are fewer than two"
        : !Ascends(Levels, strictly: true) || Levels[0] <= 0 || Levels[^1] >= 1 ? "the levels do not ascend between 0 and 1"
        : !Ascends(Quantiles, strictly: false) || !double.IsFinite(Quantiles[^1]) || Quantiles[0] < 0
            ? "the quantiles do not ascend from 0 or more"
        : Quantiles[^1] <= Quantiles[0] ? "its quantiles are all equal; it was probably fitted to prices that hardly move"
        : Cases < 1 ? "it was fitted to no hour"
        : WidthProblem();

    /// <summary>
    /// A well-formed calibration may still give no width (fitted to constant prices) or an enormous one. So this checks the width for nine
    /// in ten errors, at every slot of a week, for usual and for large errors.
    /// </summary>
    private string? WidthProblem()
    {
        var (rule, quantile) = (new ScaleRule(Scale), new ErrorDistribution(Levels, Quantiles).Quantile(0.9));
        foreach (var (narrowest, widest) in new[] { rule.Range(LocalScale.UsualMemories), rule.Range(LocalScale.LargeMemories) })
        {
            if (double.IsNaN(narrowest) || !(widest * quantile <= MaxHalfWidth))
            {
                return string.Create(CultureInfo.InvariantCulture, $"it gives intervals more than {2 * MaxHalfWidth:0} CNY wide");
            }

            if (narrowest * quantile < MinHalfWidth)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"for usual errors it gives intervals {2 * narrowest * quantile:0.######} CNY wide, which contain hardly any of them; "
                        + $"it was probably fitted to prices that hardly move"
                );
            }
        }

        return null;
    }

    private static bool Ascends(IReadOnlyList<double> values, bool strictly)
    {
        for (var i = 1; i < values.Count; i++)
        {
            if (!(strictly ? values[i] > values[i - 1] : values[i] >= values[i - 1]))
            {
                return false;
            }
        }

        return true;
    }
}
