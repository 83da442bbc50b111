using System.CommandLine;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Miner.Configuration;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli.Tournaments;

/// <summary>
/// A miner of a tournament: <c>model</c> or <c>model:aim</c>, where the aim may also be <c>residual</c>, the plain conformal interval of
/// the last two days' errors.
/// </summary>
/// <param name="Name">As it was given.</param>
/// <param name="Backtest">Makes its forecasts.</param>
internal sealed record Contestant(string Name, Backtest Backtest)
{
    private const string Residual = "residual";

    /// <summary>The default as it comes, and seven that a subnet is likely to hold.</summary>
    private static readonly string[] Field =
    [
        BuiltInModels.Default,
        "last-price:residual",
        "moving-average:residual",
        "arima:residual",
        "exponential-smoothing:residual",
        "linear:residual",
        "averaged-smoothers:residual",
        "noise-filter:residual",
    ];

    /// <param name="names">Separated by commas; null for the field of eight, without the linear model where there is nothing to fit it
    /// to.</param>
    /// <param name="before">The prices before the stretch.</param>
    /// <param name="parsed">The other switches.</param>
    /// <exception cref="UsageException">A name can't be used.</exception>
    public static IReadOnlyList<Contestant> Parse(string? names, PriceHistory before, ParseResult parsed)
    {
        var trainable = names is null && before.Count > CalibrationFitter.MinCases && ModelSelection.Fitted(before, out _) is not null;
        var field =
            names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? [.. Field.Where(name => trainable || !name.StartsWith(LinearModel.Name, StringComparison.Ordinal))];
        if (field.Length < 2 || field.Distinct(StringComparer.Ordinal).Count() < field.Length)
        {
            throw new UsageException(
                $"A tournament is between two or more different miners: name them as in --models {Field[0]},{Field[1]},{Field[0]}:reward."
            );
        }

        var (estimators, level) = (ForecastOptions.Estimators(parsed), parsed.GetValue(ForecastOptions.Level));
        return
        [
            .. field.Select(name =>
            {
                var parts = name.Split(':', 2);
                return new Contestant(
                    name,
                    new(
                        ModelSelection.Find(parts[0], before),
                        Estimator(parts.Length == 2 ? parts[1] : null),
                        parsed.GetValue(ForecastOptions.Intervals) == "own"
                    )
                );
            }),
        ];

        IIntervalEstimator Estimator(string? aim) =>
            aim == Residual ? new ResidualIntervalEstimator(level)
            : aim is null ? estimators(parsed.GetValue(ForecastOptions.Aim), level)
            : Enum.GetValues<IntervalAim>().FirstOrDefault(known => DisplayText.Of(known) == aim, (IntervalAim)(-1)) is >= 0 and var known
                ? estimators(known, level)
            : throw new UsageException(
                $"{Shown.Value(aim)} is no aim: write coverage, rank, reward or residual after the model's name, as in "
                    + $"{BuiltInModels.Default}:rank."
            );
    }
}
