using System.CommandLine;
using Bittbridge.Backtesting;
using Bittbridge.Cli.Backtesting;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Rates;

namespace Bittbridge.Cli.Tournaments;

/// <summary>
/// The miners of a tournament: <c>model</c> or <c>model:aim</c>. The aim may also be <c>residual</c>, the plain conformal interval from the
/// errors of the last two days.
/// </summary>
internal sealed class Contestants(ModelSelection models)
{
    private const string Residual = "residual";

    /// <summary>The default model, and seven that a subnet is likely to have.</summary>
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

    /// <summary>What a model of one's own is compared with: the default, and the models of the reference miner and its guide.</summary>
    private static readonly string[] ReferenceField = [BuiltInModels.Default, "last-price:residual", "arima:residual"];

    /// <summary>The problems with the names, one sentence each.</summary>
    /// <param name="names">The names as typed; null for the default eight.</param>
    /// <param name="hasRates">Whether the command has offshore rates.</param>
    public IEnumerable<string> Objections(string? names, bool hasRates)
    {
        if (names is null)
        {
            return [];
        }

        var field = Split(names);
        var number =
            field.Length < 2 || field.Distinct(StringComparer.Ordinal).Count() < field.Length
                ? $"A tournament needs two or more different miners: name them as in --models {Field[0]},{Field[1]},{Field[0]}:reward."
                : null;
        return field
            .Select(Parts)
            .SelectMany(parts =>
                new[]
                {
                    models.Objection(parts[0], hasRates),
                    parts is [_, var aim] && aim != Residual && Aim(aim) is null
                        ? $"{Shown.Value(aim)} is not an aim: write coverage, rank, reward or residual after the model's name, as in "
                            + $"{BuiltInModels.Default}:rank."
                        : null,
                }
            )
            .Append(number)
            .OfType<string>()
            .Distinct();
    }

    /// <param name="names">Valid names; null for the default field, without the linear model if there are no prices to fit it to.</param>
    /// <param name="before">The prices before the range.</param>
    /// <param name="rates">The offshore rates, whose model then leads the default field; null without.</param>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="UsageException">A model can't be used.</exception>
    public IReadOnlyList<(string Name, Backtest Backtest)> Parse(string? names, PriceHistory before, RateHistory? rates, ParseResult parsed)
    {
        var trainable = names is null && before.Count > CalibrationFitter.MinCases && ModelSelection.Fitted(before, out _) is not null;
        var field = names is null
            ?
            [
                .. rates is null ? [] : (string[])[ModelSelection.OpeningOf(models.Own)],
                .. (models.Own is { } own ? [own, .. ReferenceField] : Field).Where(name =>
                    trainable || !name.StartsWith(LinearModel.Name, StringComparison.Ordinal)
                ),
            ]
            : Split(names);
        var (estimators, level) = (ForecastOptions.Estimators(parsed), parsed.GetValue(ForecastOptions.Level));
        return
        [
            .. field.Select(name =>
            {
                var parts = Parts(name);
                return (
                    name,
                    new Backtest(
                        models.Find(parts[0], before, rates),
                        Estimator(parts.Length == 2 ? parts[1] : null),
                        parsed.GetValue(ForecastOptions.Intervals) == "own"
                    )
                );
            }),
        ];

        IIntervalEstimator Estimator(string? aim) =>
            aim == Residual
                ? new ResidualIntervalEstimator(level)
                : estimators(aim is null ? parsed.GetValue(ForecastOptions.Aim) : Aim(aim)!.Value, level);
    }

    /// <summary>The model's name and, if the name has one, its aim. The last colon of a URL may precede a port instead.</summary>
    private static string[] Parts(string name)
    {
        if (!HttpModelAddress.IsUrl(name))
        {
            return name.Split(':', 2);
        }

        var colon = name.LastIndexOf(':');
        return name[(colon + 1)..] is { Length: > 0 } aim && aim.All(char.IsAsciiLetter) ? [name[..colon], aim] : [name];
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IntervalAim? Aim(string name) =>
        Enum.GetValues<IntervalAim>().Select(aim => (IntervalAim?)aim).FirstOrDefault(aim => DisplayText.Of(aim!.Value) == name);
}
