using System.Text.Json.Serialization;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Backtesting;

/// <summary>The result of a tournament.</summary>
/// <param name="Rounds">The number of rounds.</param>
/// <param name="From">The time of the first round.</param>
/// <param name="To">The time of the last round.</param>
/// <param name="First">The contestant that was named first, which the others are compared with.</param>
/// <param name="Standings">The contestants, the largest combined share first.</param>
/// <param name="Times">The time of each round.</param>
public sealed record TournamentResult(
    int Rounds,
    DateTimeOffset From,
    DateTimeOffset To,
    string First,
    IReadOnlyList<Standing> Standings,
    [property: JsonIgnore] IReadOnlyList<DateTimeOffset> Times
);

/// <summary>The result of one contestant.</summary>
/// <param name="Name">The contestant's name.</param>
/// <param name="Figures">The figures of its forecasts.</param>
/// <param name="AcrossOpenings">The figures of its forecasts across onshore openings; null if there are none.</param>
/// <param name="FellBack">The number of its fallbacks to the last price.</param>
/// <param name="Problem">The reason for the first fallback; null without one.</param>
/// <param name="PointShare">The mean share by the price.</param>
/// <param name="IntervalShare">The mean share by the interval.</param>
/// <param name="CombinedShare">The mean of both.</param>
/// <param name="Weight">The validator's moving average after the last round.</param>
/// <param name="Comparison">The first contestant against this one; null for the first.</param>
/// <param name="Running">The mean combined share up to each round.</param>
public sealed record Standing(
    string Name,
    Evaluation Figures,
    Evaluation? AcrossOpenings,
    int FellBack,
    string? Problem,
    double PointShare,
    double IntervalShare,
    double CombinedShare,
    double Weight,
    Comparison? Comparison,
    [property: JsonIgnore] IReadOnlyList<double> Running
);

/// <summary>
/// Two contestants in the same rounds. Bounds are 90 % bootstrap bounds from draws of whole days, null for a single day: a difference whose
/// bounds contain 0, or a ratio whose bounds contain 1, may be chance.
/// </summary>
/// <param name="MaeRatio">The first contestant's mean absolute error over the other's; null if the other was always right.</param>
/// <param name="MaeRatioBounds">Its bounds.</param>
/// <param name="ShareDifference">The first contestant's mean combined share less the other's.</param>
/// <param name="ShareDifferenceBounds">Its bounds.</param>
public sealed record Comparison(double? MaeRatio, Bounds? MaeRatioBounds, double ShareDifference, Bounds? ShareDifferenceBounds);
