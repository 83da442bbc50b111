using Bittbridge.Cli.Backtesting;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Cli.Tournaments;

/// <summary>
/// Plays rounds by the validator's rule. At each instant with a known truth, all answers are ranked against the price rounded to four
/// decimals, as the validator does. The order is random, because the earlier of equal answers ranks first.
/// </summary>
internal static class Tournament
{
    private const int Seed = 1;

    /// <param name="names">The names of the contestants.</param>
    /// <param name="forecasts">The forecasts of each contestant, made at the same instants.</param>
    public static TournamentResult Play(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<MadeForecast>> forecasts)
    {
        // A fixed seed, so that the same prices give the same shares; the order is not a secret.
#pragma warning disable CA5394
        var random = new Random(Seed);
        var order = Enumerable.Range(0, names.Count).ToArray();
        var shares = names.Select(_ => (Point: 0d, Interval: 0d, Combined: 0d)).ToArray();
        var weights = new Dictionary<string, double>();
        var (rounds, running) = (new List<DateTimeOffset>(), names.Select(_ => new List<double>()).ToArray());
        for (var i = 0; i < forecasts[0].Count; i++)
        {
            if (forecasts[0][i].Truth is not { } truth)
            {
                continue;
            }

            random.Shuffle(order);
            var actual = Math.Round(truth, 4);
            var answers = Array.ConvertAll(order, who => AnswerOf(forecasts[who][i].Forecast));
            var (point, interval, combined) = (
                ValidatorScoring.PointShares(actual, answers),
                ValidatorScoring.IntervalShares(actual, answers),
                ValidatorScoring.CombinedShares(actual, answers)
            );
            for (var place = 0; place < order.Length; place++)
            {
                ref var sum = ref shares[order[place]];
                sum = (sum.Point + (point[place] ?? 0), sum.Interval + (interval[place] ?? 0), sum.Combined + (combined[place] ?? 0));
            }

            weights = ValidatorScoring.UpdateWeights(
                weights,
                order.Select((who, place) => (names[who], combined[place] ?? 0)).ToDictionary()
            );
            rounds.Add(forecasts[0][i].MadeAt);
            for (var who = 0; who < names.Count; who++)
            {
                running[who].Add(shares[who].Combined / rounds.Count);
            }
        }
#pragma warning restore CA5394

        if (rounds.Count == 0)
        {
            throw new UsageException("No hour of the range has ended within the prices, so nothing can be scored: name a longer range.");
        }

        return new(
            rounds.Count,
            rounds[0],
            rounds[^1],
            [
                .. names
                    .Select(
                        (name, who) =>
                            new Standing(
                                name,
                                Evaluation.Of(BacktestResult.Scored(forecasts[who])),
                                shares[who].Point / rounds.Count,
                                shares[who].Interval / rounds.Count,
                                shares[who].Combined / rounds.Count,
                                weights[name],
                                running[who]
                            )
                    )
                    .OrderByDescending(standing => standing.CombinedShare),
            ],
            rounds
        );
    }

    private static Answer AnswerOf(Forecast forecast) => new(forecast.Price, forecast.Interval?.Lower, forecast.Interval?.Upper);
}
