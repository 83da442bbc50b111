using System.Text.Json.Serialization;
using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// What a backtest came to. Bounds hold the figure in nine of ten draws of whole days; they are null where a single day is judged, or a
/// draw has no such figure.
/// </summary>
/// <param name="Model">Name and version.</param>
/// <param name="Aim">What the intervals were made for.</param>
/// <param name="Level">What they should hold.</param>
/// <param name="From">The first forecast.</param>
/// <param name="To">The last forecast.</param>
/// <param name="Forecasts">How many were made.</param>
/// <param name="FellBack">How many of them are the last price's, since the model gave none that could be used.</param>
/// <param name="Problem">Why the first of those is; null where there is none.</param>
/// <param name="Figures">Over the forecasts whose hour has ended within the prices.</param>
/// <param name="MaeRatioBounds">Of <see cref="Evaluation.MaeRatio"/>.</param>
/// <param name="CoverageBounds">Of <see cref="Evaluation.Coverage"/>.</param>
/// <param name="WinklerBounds">Of <see cref="Evaluation.Winkler"/>.</param>
internal sealed record BacktestResult(
    string Model,
    IntervalAim Aim,
    double Level,
    DateTimeOffset From,
    DateTimeOffset To,
    int Forecasts,
    int FellBack,
    string? Problem,
    Evaluation Figures,
    Bounds? MaeRatioBounds,
    Bounds? CoverageBounds,
    Bounds? WinklerBounds
)
{
    /// <summary>The Winkler score is of intervals for nine in ten, whatever they were made for.</summary>
    private const double WinklerLevel = 0.9;

    private const int Draws = 400;
    private const int Seed = 1;

    /// <summary>Null where no hour has ended within the prices.</summary>
    public static BacktestResult? Of(ModelId model, IntervalAim aim, double level, IReadOnlyList<MadeForecast> made, CancellationToken ct)
    {
        var scored = Scored(made);
        if (scored.Count == 0)
        {
            return null;
        }

        var problems = made.Where(forecast => forecast.Problem is not null).Select(forecast => forecast.Problem).ToList();
        Func<IReadOnlyCollection<ScoredForecast>, double?>[] figures =
        [
            Evaluation.MaeRatioOf,
            Evaluation.CoverageOf,
            forecasts => Evaluation.WinklerOf(forecasts, WinklerLevel),
        ];
        Bounds?[] bounds = [.. figures.AsParallel().AsOrdered().WithCancellation(ct).Select(figure => BoundsOf(scored, figure, ct))];
        return new(
            model.ToString(),
            aim,
            level,
            made[0].MadeAt,
            made[^1].MadeAt,
            made.Count,
            problems.Count,
            problems.FirstOrDefault(),
            Evaluation.Of(scored, WinklerLevel),
            bounds[0],
            bounds[1],
            bounds[2]
        );
    }

    public static List<ScoredForecast> Scored(IEnumerable<MadeForecast> made) =>
        [.. made.Select(forecast => forecast.Scored).OfType<ScoredForecast>()];

    private static Bounds? BoundsOf(
        List<ScoredForecast> scored,
        Func<IReadOnlyCollection<ScoredForecast>, double?> figure,
        CancellationToken ct
    )
    {
        // The seed makes the same prices give the same bounds; a draw of days is no secret.
#pragma warning disable CA5394
        var bounds = DayBootstrap.Bounds(scored, Watched, new Random(Seed), Draws);
#pragma warning restore CA5394
        return bounds is var (lower, upper) ? new(lower, upper) : null;

        double? Watched(IReadOnlyCollection<ScoredForecast> drawn)
        {
            ct.ThrowIfCancellationRequested();
            return figure(drawn);
        }
    }
}

/// <summary>Between what a figure lies.</summary>
internal sealed record Bounds(double Lower, double Upper);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(BacktestResult))]
internal sealed partial class BacktestJson : JsonSerializerContext;
