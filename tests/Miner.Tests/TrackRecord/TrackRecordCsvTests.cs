using System.Text;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class TrackRecordCsvTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);

    private static readonly SlotScore Covered = new(
        ScoringTest.Noon,
        "m@1",
        ForecastRole.Active,
        Price: 7.1,
        Lower: 7,
        Upper: 7.2,
        LastPrice: 7.12,
        Truth: 7.15,
        TruthAt: ScoringTest.Noon.AddSeconds(2.5),
        IsCovered: true,
        PointScore: 0.5,
        IntervalScore: 0.25,
        LatencyMs: 12.5
    );

    [Fact]
    public void Slots_are_lines_below_the_names_of_their_columns() =>
        AssertBytes(
            "target,model,role,price,lower,upper,lastPrice,truth,truthAt,isCovered,pointScore,intervalScore,latencyMs\n"
                + "2026-11-23T12:00:00.000Z,m@1,Active,7.1,7,7.2,7.12,7.15,2026-11-23T12:00:02.500Z,true,0.5,0.25,12.5\n"
                + "2026-11-23T12:00:00.000Z,m@1,Fallback,7.1,7,7.2,7.12,7.15,2026-11-23T12:00:02.500Z,false,0.5,0.25,12.5\n"
                + "2026-11-23T12:00:00.000Z,m@1,Shadow,7.1,,,7.12,7.15,2026-11-23T12:00:02.500Z,,0.5,,12.5\n",
            [],
            [
                Covered,
                Covered with
                {
                    Role = ForecastRole.Fallback,
                    IsCovered = false,
                },
                Covered with
                {
                    Role = ForecastRole.Shadow,
                    Lower = null,
                    Upper = null,
                    IsCovered = null,
                    IntervalScore = null,
                },
            ]
        );

    [Fact]
    public void Days_are_lines_below_the_names_of_their_columns() =>
        AssertBytes(
            "day,model,role,answered,scored,meanAbsoluteError,lastPriceError,maeRatio,maeRatioLower,maeRatioUpper,intervals,coverage,"
                + "coverageLower,coverageUpper,meanWidth,intervalScore,intervalScoreLower,intervalScoreUpper,winkler,latencyP50Ms,"
                + "latencyP99Ms,callers,otherAnswers\n"
                + "2026-11-23,m@1,Active,5,4,0.25,0.5,0.75,,1.5,3,0.875,0.125,1,2,2.5,,,3.5,20,40,Alice=2 Bob=1,6\n",
            [
                new(
                    Monday,
                    "m@1",
                    ForecastRole.Active,
                    Answered: 5,
                    Scored: 4,
                    MeanAbsoluteError: 0.25,
                    LastPriceError: 0.5,
                    MaeRatio: 0.75,
                    MaeRatioLower: null,
                    MaeRatioUpper: 1.5,
                    Intervals: 3,
                    Coverage: 0.875,
                    CoverageLower: 0.125,
                    CoverageUpper: 1,
                    MeanWidth: 2,
                    IntervalScore: 2.5,
                    IntervalScoreLower: null,
                    IntervalScoreUpper: null,
                    Winkler: 3.5,
                    LatencyP50Ms: 20,
                    LatencyP99Ms: 40,
                    Callers: new SortedDictionary<string, int>(StringComparer.Ordinal) { ["Alice"] = 2, ["Bob"] = 1 },
                    OtherAnswers: 6
                ),
            ],
            slots: null
        );

    private static void AssertBytes(string expected, IReadOnlyList<DayScore> days, IReadOnlyList<SlotScore>? slots) =>
        Assert.Equal(
            expected,
            Encoding.UTF8.GetString(
                TrackRecordCsv.Of(new("tether-cny", Monday, Monday, FallbackShare: null, Totals: [], Days: days, Slots: slots))
            )
        );
}
