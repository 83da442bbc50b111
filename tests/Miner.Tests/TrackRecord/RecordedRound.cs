using System.Globalization;
using System.Text.Json;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.Tests.TrackRecord;

/// <summary>A round that the validator's own code has scored, as if its answers were forecasts of this miner for one instant.</summary>
internal sealed class RecordedRound(DateTimeOffset target, JsonElement round)
{
    public DateTimeOffset Target => target;

    public double Actual { get; } = round.GetProperty("actual").GetDouble();

    public IReadOnlyList<Answer> Answers { get; } =
    [.. round.GetProperty("predictions").EnumerateArray().Zip(round.GetProperty("intervals").EnumerateArray(), ToAnswer)];

    /// <summary>The answers that this miner can give: a price, and an interval that is whole and upright or none.</summary>
    public IEnumerable<ForecastRecord> Forecasts() =>
        Answers
            .Index()
            .Where(answer => answer.Item.Price is not null && answer.Item.Lower is null == answer.Item.Upper is null)
            .Where(answer => !(answer.Item.Lower > answer.Item.Upper))
            .Select(answer =>
                ScoringTest.ForecastFor(target) with
                {
                    Model = new("m", $"{answer.Index}"),
                    Forecast = new(
                        answer.Item.Price!.Value,
                        answer.Item.Lower is { } lower ? new PredictionInterval(lower, answer.Item.Upper!.Value) : null
                    ),
                }
            );

    public SortedDictionary<int, double> Shares(string name) =>
        new(
            round
                .GetProperty(name)
                .EnumerateObject()
                .ToDictionary(share => int.Parse(share.Name, CultureInfo.InvariantCulture), share => share.Value.GetDouble())
        );

    /// <summary>The shares by rank of a score, the least first; of equal scores the earlier ranks first.</summary>
    public static SortedDictionary<int, double> Ranked(IEnumerable<double?> scores) =>
        new(
            scores
                .Index()
                .Where(score => score.Item is not null)
                .OrderBy(score => score.Item)
                .Select((score, rank) => (score.Index, Share: Math.Pow(ValidatorScoring.Decay, rank)))
                .ToDictionary(share => share.Index, share => share.Share)
        );

    private static Answer ToAnswer(JsonElement price, JsonElement interval)
    {
        List<double?> bounds = interval.ValueKind == JsonValueKind.Array ? [.. interval.EnumerateArray().Select(Number)] : [];
        return new(Number(price), bounds.ElementAtOrDefault(0), bounds.ElementAtOrDefault(1));
    }

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
