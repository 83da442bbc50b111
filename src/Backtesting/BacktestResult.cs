using Bittbridge.Models;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Rates;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Backtesting;

/// <summary>
/// The result of a backtest. Bounds are 90 % bootstrap bounds from draws of whole days; they are null for a single day, or if the figure is
/// undefined in a draw.
/// </summary>
/// <param name="Model">Name and version.</param>
/// <param name="From">The time of the first forecast.</param>
/// <param name="To">The time of the last forecast.</param>
/// <param name="Forecasts">The number of forecasts.</param>
/// <param name="FellBack">The number of fallbacks to the last price.</param>
/// <param name="Problem">The reason for the first fallback; null without one.</param>
/// <param name="Figures">The figures of the forecasts whose hour has ended within the prices.</param>
/// <param name="MaeRatioBounds">The bounds of <see cref="Evaluation.MaeRatio"/>.</param>
/// <param name="CoverageBounds">The bounds of <see cref="Evaluation.Coverage"/>.</param>
/// <param name="WinklerBounds">The bounds of <see cref="Evaluation.Winkler"/>.</param>
public sealed record BacktestResult(
    string Model,
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
    /// <summary>The figures of the rounds across onshore openings; null if the range has none.</summary>
    public Evaluation? AcrossOpenings { get; init; }

    /// <summary>The figures of all other rounds; null if there are none.</summary>
    public Evaluation? Elsewhere { get; init; }

    /// <summary>What the intervals were optimized for; null if that is not known.</summary>
    public IntervalAim? Aim { get; init; }

    /// <summary>The share of hours that the intervals should cover; null if that is not known.</summary>
    public double? Level { get; init; }

    /// <summary>The level of the Winkler score, whatever the intervals were optimized for.</summary>
    private const double WinklerLevel = 0.9;

    /// <summary>A fixed seed, so that the same prices give the same bounds.</summary>
    private const int Seed = 1;

    private const int Draws = 400;

    /// <param name="model">The model.</param>
    /// <param name="made">Its forecasts, at least one.</param>
    /// <exception cref="BacktestException">No hour has ended within the prices.</exception>
    public static BacktestResult Of(ModelId model, IReadOnlyList<MadeForecast> made)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(made);
        var scored = Scored(made);
        ScoredForecast[] intervals = [.. scored.Where(forecast => forecast.Interval is not null)];
        return new(
            model.ToString(),
            made[0].MadeAt,
            made[^1].MadeAt,
            made.Count,
            made.Count(forecast => forecast.Problem is not null),
            made.FirstOrDefault(forecast => forecast.Problem is not null)?.Problem,
            Evaluation.Of(scored, WinklerLevel),
            BoundsOf(scored, forecast => (forecast.Error, forecast.ErrorOfLast)),
            BoundsOf(intervals, forecast => (forecast.IsCovered ? 1 : 0, 1)),
            BoundsOf(intervals, forecast => (Evaluation.WinklerScore(forecast.Truth, forecast.Interval!.Value, WinklerLevel), 1))
        )
        {
            AcrossOpenings = OfOpenings(scored),
            Elsewhere = OfOpenings(scored, across: false),
        };
    }

    /// <summary>The forecasts whose hour has ended within the prices.</summary>
    /// <exception cref="BacktestException">There is none.</exception>
    public static IReadOnlyList<ScoredForecast> Scored(IEnumerable<MadeForecast> made)
    {
        ScoredForecast[] scored = [.. made.Select(forecast => forecast.Scored).OfType<ScoredForecast>()];
        return scored.Length > 0
            ? scored
            : throw new BacktestException(
                "No hour of the range has ended within the prices, so nothing can be scored: take a longer range."
            );
    }

    /// <summary>The figures of the rounds across onshore openings, or of all others; null if there are none.</summary>
    internal static Evaluation? OfOpenings(IReadOnlyList<ScoredForecast> scored, bool across = true)
    {
        ScoredForecast[] rounds = [.. scored.Where(forecast => OnshoreCalendar.IsAcrossOpening(forecast.MadeAt) == across)];
        return rounds.Length == 0 ? null : Evaluation.Of(rounds, WinklerLevel);
    }

    private static Bounds? BoundsOf(
        IEnumerable<ScoredForecast> forecasts,
        Func<ScoredForecast, (double Numerator, double Denominator)> terms
    ) =>
        RatioBootstrap.OfDays(
            forecasts.Select(forecast =>
            {
                var (numerator, denominator) = terms(forecast);
                return (forecast.Day, numerator, denominator);
            }),
            Seed,
            Draws
        );
}
