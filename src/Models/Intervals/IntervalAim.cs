using System.Text.Json.Serialization;

namespace Bittbridge.Models.Intervals;

/// <summary>What an interval is made for.</summary>
public enum IntervalAim
{
    /// <summary>To hold the level that was asked for.</summary>
    [JsonStringEnumMemberName("coverage")]
    Coverage,

    /// <summary>
    /// To be the narrowest that still holds the price in a field of wide ones: the shortest band of mass <see
    /// cref="CalibratedIntervalEstimator.RankMass"/>.
    /// </summary>
    [JsonStringEnumMemberName("rank")]
    Rank,

    /// <summary>The highest expected score of the validator.</summary>
    [JsonStringEnumMemberName("reward")]
    Reward,
}
