using System.Globalization;
using System.Text.Json;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Packages;

namespace Bittbridge.Models.BuiltIn.Linear;

/// <summary>A trained linear model with its scaler: everything <see cref="LinearModel"/> needs, as it is stored.</summary>
/// <param name="FormatVersion">The version of this format: <see cref="CurrentFormat"/>.</param>
/// <param name="Version">The model's version, stored with every forecast.</param>
/// <param name="FittedOn">A description of the prices.</param>
/// <param name="From">The time of the first price.</param>
/// <param name="To">The time of the last price.</param>
/// <param name="Cases">How many hours it was fitted to.</param>
/// <param name="Means">The scaler: subtracted from the inputs, one for each lag of 5, 10, … minutes.</param>
/// <param name="Deviations">The scaler: the divisors of the inputs.</param>
/// <param name="Coefficients">CNY per standardized input.</param>
/// <param name="Intercept">CNY.</param>
public sealed record LinearModelParameters(
    int FormatVersion,
    string Version,
    string FittedOn,
    DateTimeOffset From,
    DateTimeOffset To,
    int Cases,
    IReadOnlyList<double> Means,
    IReadOnlyList<double> Deviations,
    IReadOnlyList<double> Coefficients,
    double Intercept
)
{
    public const int CurrentFormat = 1;

    /// <summary>CNY, far below the decimals of any price.</summary>
    private const double MinEffect = 1e-9;

    /// <summary>CNY in an hour; the largest recorded is 0.02.</summary>
    private const double MaxChange = 1;

    private const double MaxFactor = 100;

    public string ToJson() => JsonSerializer.Serialize(this, ModelsJson.Default.LinearModelParameters);

    /// <summary>Parses the parameters; null, with the problem, when the text is invalid.</summary>
    public static LinearModelParameters? FromJson(string json, out string? problem) =>
        ModelsJson.Read(json, ModelsJson.Default.LinearModelParameters, p => p.Problem(), out problem);

    /// <summary>Why the parameters can't be used; null when they can.</summary>
    public string? Problem() =>
        FormatVersion != CurrentFormat ? $"its format is {FormatVersion}, and this version reads {CurrentFormat}"
        : !ModelId.IsPart(Version) ? $"its version '{Version}' is not 1 to 63 of a-z, 0-9, '.', '_' and '-'"
        : Coefficients.Count == 0 || Means.Count != Coefficients.Count || Deviations.Count != Coefficients.Count
            ? "means, deviations and coefficients differ in number"
        : !Means.Concat(Coefficients).Append(Intercept).All(double.IsFinite) || !Deviations.All(d => double.IsFinite(d) && d > 0)
            ? "a number is not finite, or a deviation is not above zero"
        : Coefficients.Count > Forecaster.MaxHistory
            ? $"it looks back {Coefficients.Count} lags, and a miner has {Forecaster.MaxHistory} prices"
        : Coefficients.Sum(Math.Abs) + Math.Abs(Intercept) < MinEffect
            ? "its coefficients are zero, so it only returns the last price; it was probably fitted to prices that hardly move"
        : !(Math.Abs(ChangeOfStillPrices()) <= MaxChange)
            ? string.Create(CultureInfo.InvariantCulture, $"it moves a constant price by more than {MaxChange:0} CNY in an hour")
        : !(Coefficients.Zip(Deviations, (coefficient, deviation) => Math.Abs(coefficient) / deviation).Sum() <= MaxFactor)
            ? string.Create(CultureInfo.InvariantCulture, $"it amplifies a change of the price by a factor of more than {MaxFactor:0}")
        : null;

    private double ChangeOfStillPrices() =>
        Intercept
        - Coefficients
            .Zip(Means, (coefficient, mean) => coefficient * mean)
            .Zip(Deviations, (product, deviation) => product / deviation)
            .Sum();
}
