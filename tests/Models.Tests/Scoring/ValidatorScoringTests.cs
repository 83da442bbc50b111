using System.Text.Json.Nodes;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.Scoring;

public sealed class ValidatorScoringTests
{
    [Fact]
    public void Every_recorded_round_is_scored_to_the_last_digit()
    {
        var rounds = RecordedFacts.Lines("fixtures/scoring.jsonl");
        Assert.Equal(80, rounds.Count);
        foreach (var round in rounds.Select(line => JsonNode.Parse(line)!))
        {
            var actual = (double)round["actual"]!;
            var answers = round["predictions"]!.AsArray().Zip(round["intervals"]!.AsArray(), ReadAnswer).ToArray();

            var (points, intervals) = (ValidatorScoring.PointShares(actual, answers), ValidatorScoring.IntervalShares(actual, answers));
            var combined = ByPosition(ValidatorScoring.CombinedShares(points, intervals));
            var after = ValidatorScoring.UpdateWeights(Weights(round["weights_before"]!), combined);

            Assert.Equal(Weights(round["point_shares"]!), ByPosition(points));
            Assert.Equal(Weights(round["interval_shares"]!), ByPosition(intervals));
            Assert.Equal(Weights(round["combined"]!), combined);
            Assert.Equal(Weights(round["weights_after"]!), after);
            Assert.Equal(
                round["rewards"]!.AsArray().Select(reward => (double)reward!),
                answers.Select((_, i) => after.GetValueOrDefault($"{i}"))
            );
        }
    }

    [Theory]
    [InlineData(7.1, 7.0, 7.2, 1 / 201d)]
    [InlineData(7.1, 7.1, 7.1, 1)]
    [InlineData(7.1, 7.2, 7.3, 0)]
    [InlineData(7.1, 7.2, 7.0, 0)]
    public void A_narrow_interval_that_holds_the_price_scores_high(double actual, double lower, double upper, double score) =>
        Assert.Equal(score, ValidatorScoring.IntervalScore(actual, lower, upper), 9);

    [Fact]
    public void A_miner_that_stays_away_loses_a_hundredth_of_its_weight() =>
        Assert.Equal(
            0.99042,
            ValidatorScoring.UpdateWeights(new Dictionary<int, double> { [3] = 1 }, new Dictionary<int, double>())[3],
            12
        );

    private static Answer ReadAnswer(JsonNode? price, JsonNode? interval)
    {
        var bounds = interval?.AsArray();
        return new((double?)price, (double?)bounds?.ElementAtOrDefault(0), (double?)bounds?.ElementAtOrDefault(1));
    }

    private static SortedDictionary<string, double> ByPosition(double?[] shares) =>
        new(
            shares
                .Select((share, i) => (Share: share, Key: $"{i}"))
                .Where(s => s.Share is not null)
                .ToDictionary(s => s.Key, s => s.Share!.Value),
            StringComparer.Ordinal
        );

    private static SortedDictionary<string, double> Weights(JsonNode json) =>
        new(json.AsObject().ToDictionary(pair => pair.Key, pair => (double)pair.Value!), StringComparer.Ordinal);
}
