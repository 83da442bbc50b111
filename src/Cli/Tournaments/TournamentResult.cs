using System.Text.Json.Serialization;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Cli.Tournaments;

/// <summary>How a tournament ended.</summary>
/// <param name="Rounds">How many rounds were judged.</param>
/// <param name="From">The first of them.</param>
/// <param name="To">The last of them.</param>
/// <param name="Standings">The largest combined share first.</param>
/// <param name="Times">When each round was.</param>
internal sealed record TournamentResult(
    int Rounds,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<Standing> Standings,
    [property: JsonIgnore] IReadOnlyList<DateTimeOffset> Times
);

/// <summary>How a contestant came out.</summary>
/// <param name="Name">As it was given.</param>
/// <param name="Figures">Of its forecasts.</param>
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
