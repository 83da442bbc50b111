using Bittbridge.Models.Scoring;

namespace Bittbridge.Backtesting;

/// <summary>
/// Plays rounds by the validator's rule. At each instant with a known truth, all answers are ranked against the price rounded to four
/// decimals, as the validator does. The contestants' order is random in each round, because of equal answers the earlier one ranks first.
/// </summary>
public static class Tournament
{
    /// <summary>A fixed seed, so that the same prices give the same shares.</summary>
    private const int Seed = 1;

    /// <summary>Makes the forecasts of each contestant and plays the rounds.</summary>
    /// <param name="contestants">The contestants with their names, at least two.</param>
    /// <param name="recording">The prices.</param>
    /// <param name="times">The instants of forecasts, in ascending order; null for each price.</param>
    /// <param name="made">Called on any thread after each batch of forecasts, with the size of the batch.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="BacktestException">A model can't be used, or no hour has ended within the prices.</exception>
    public static async Task<TournamentResult> RunAsync(
        IReadOnlyList<(string Name, Backtest Backtest)> contestants,
        PriceRecording recording,
        IReadOnlyList<DateTimeOffset>? times = null,
        Action<int>? made = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(contestants);
        ArgumentOutOfRangeException.ThrowIfLessThan(contestants.Count, 2);
        var forecasts = new List<(string Name, IReadOnlyList<MadeForecast> Made)>();
        foreach (var (name, backtest) in contestants)
        {
            forecasts.Add((name, await backtest.RunAsync(recording, times, made, ct).ConfigureAwait(false)));
        }

        return Play(forecasts);
    }

    /// <summary>Plays the rounds.</summary>
    /// <param name="contestants">The names and the forecasts, which were made at the same instants.</param>
    /// <exception cref="BacktestException">No hour has ended within the prices.</exception>
    public static TournamentResult Play(IReadOnlyList<(string Name, IReadOnlyList<MadeForecast> Made)> contestants)
    {
        ArgumentNullException.ThrowIfNull(contestants);
        var scored = contestants.Select(contestant => BacktestResult.Scored(contestant.Made)).ToArray();
        var (random, order) = (new Random(Seed), Enumerable.Range(0, contestants.Count).ToArray());
        var shares = new List<Shares>[contestants.Count];
        Array.ForEach(order, who => shares[who] = []);
        var weights = new Dictionary<int, double>();
        for (var round = 0; round < scored[0].Count; round++)
        {
#pragma warning disable CA5394 // The order is not a secret.
            random.Shuffle(order);
#pragma warning restore CA5394
            var actual = Math.Round(scored[0][round].Truth, 4);
            var answers = Array.ConvertAll(order, who => AnswerOf(scored[who][round]));
            var (point, interval) = (ValidatorScoring.PointShares(actual, answers), ValidatorScoring.IntervalShares(actual, answers));
            var combined = ValidatorScoring.CombinedShares(point, interval);
            for (var place = 0; place < order.Length; place++)
            {
                shares[order[place]].Add(new(point[place] ?? 0, interval[place] ?? 0, combined[place] ?? 0));
            }

            weights = ValidatorScoring.UpdateWeights(weights, order.Select((who, place) => (who, combined[place] ?? 0)).ToDictionary());
        }

        return new(
            scored[0].Count,
            scored[0][0].MadeAt,
            scored[0][^1].MadeAt,
            contestants[0].Name,
            [
                .. Enumerable
                    .Range(0, contestants.Count)
                    .Select(who =>
                    {
                        var (name, made) = contestants[who];
                        return new Standing(
                            name,
                            Evaluation.Of(scored[who]),
                            BacktestResult.OfOpenings(scored[who]),
                            made.Count(forecast => forecast.Problem is not null),
                            made.FirstOrDefault(forecast => forecast.Problem is not null)?.Problem,
                            shares[who].Average(share => share.Point),
                            shares[who].Average(share => share.Interval),
                            shares[who].Average(share => share.Combined),
                            weights[who],
                            who == 0 ? null : Compare(scored[0], scored[who], shares[0], shares[who]),
                            Running(shares[who])
                        );
                    })
                    .OrderByDescending(standing => standing.CombinedShare),
            ],
            [.. scored[0].Select(forecast => forecast.MadeAt)]
        );
    }

    private static Comparison Compare(
        IReadOnlyList<ScoredForecast> own,
        IReadOnlyList<ScoredForecast> other,
        List<Shares> ownShares,
        List<Shares> otherShares
    )
    {
        var error = other.Sum(forecast => forecast.Error);
        var differences = ownShares.Zip(otherShares, (mine, theirs) => mine.Combined - theirs.Combined).ToList();
        return new(
            error > 0 ? own.Sum(forecast => forecast.Error) / error : null,
            RatioBootstrap.OfDays(own.Zip(other, (mine, theirs) => (mine.Day, mine.Error, theirs.Error)), Seed),
            differences.Average(),
            RatioBootstrap.OfDays(own.Zip(differences, (mine, difference) => (mine.Day, difference, 1d)), Seed)
        );
    }

    private static List<double> Running(List<Shares> shares)
    {
        var sum = 0d;
        return [.. shares.Select((share, i) => (sum += share.Combined) / (i + 1))];
    }

    private static Answer AnswerOf(ScoredForecast forecast) => new(forecast.Price, forecast.Interval?.Lower, forecast.Interval?.Upper);

    /// <summary>The shares of one contestant in one round.</summary>
    private readonly record struct Shares(double Point, double Interval, double Combined);
}
