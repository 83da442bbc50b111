using System.Text.Json.Serialization;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Cli.Tournaments;

/// <summary>The result of a tournament.</summary>
/// <param name="Rounds">The number of rounds.</param>
/// <param name="From">The time of the first round.</param>
/// <param name="To">The time of the last round.</param>
/// <param name="Standings">The contestants, the largest combined share first.</param>
/// <param name="Times">The time of each round.</param>
internal sealed record TournamentResult(
    int Rounds,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<Standing> Standings,
    [property: JsonIgnore] IReadOnlyList<DateTimeOffset> Times
);

/// <summary>The result of one contestant.</summary>
/// <param name="Name">The name as typed.</param>
/// <param name="Figures">The figures of its forecasts.</param>
/// <param name="PointShare">The mean share by the price.</param>
/// <param name="IntervalShare">The mean share by the interval.</param>
/// <param name="CombinedShare">The mean of both.</param>
/// <param name="Weight">The validator's moving average after the last round.</param>
/// <param name="Running">The mean combined share up to each round.</param>
internal sealed record Standing(
    string Name,
    Evaluation Figures,
    double PointShare,
    double IntervalShare,
    double CombinedShare,
    double Weight,
    [property: JsonIgnore] IReadOnlyList<double> Running
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TournamentResult))]
internal sealed partial class TournamentJson : JsonSerializerContext;
