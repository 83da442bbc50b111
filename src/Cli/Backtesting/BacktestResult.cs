using System.Text.Json.Serialization;
using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// The result of a backtest. Bounds are 90 % bootstrap bounds from draws of whole days; they are null for a single day, or if the figure is
/// undefined in a draw.
/// </summary>
/// <param name="Model">Name and version.</param>
/// <param name="Aim">What the intervals were optimized for.</param>
/// <param name="Level">The share of hours that they should cover.</param>
/// <param name="From">The time of the first forecast.</param>
/// <param name="To">The time of the last forecast.</param>
/// <param name="Forecasts">The number of forecasts.</param>
/// <param name="FellBack">The number of fallbacks to the last price.</param>
/// <param name="Problem">The reason for the first fallback; null without one.</param>
/// <param name="Figures">The figures of the forecasts whose hour has ended within the prices.</param>
/// <param name="MaeRatioBounds">The bounds of <see cref="Evaluation.MaeRatio"/>.</param>
/// <param name="CoverageBounds">The bounds of <see cref="Evaluation.Coverage"/>.</param>
/// <param name="WinklerBounds">The bounds of <see cref="Evaluation.Winkler"/>.</param>
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
    /// <summary>The level of the Winkler score, whatever the intervals were optimized for.</summary>
    private const double WinklerLevel = 0.9;

    private const int Draws = 400;
    private const int Seed = 1;

    /// <summary>Null if no hour has ended within the prices.</summary>
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
        // A fixed seed, so that the same prices give the same bounds; the draws are not a secret.
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

/// <summary>The bounds of a figure.</summary>
internal sealed record Bounds(double Lower, double Upper);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(BacktestResult))]
internal sealed partial class BacktestJson : JsonSerializerContext;
