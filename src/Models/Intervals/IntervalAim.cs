using System.Text.Json.Serialization;

namespace Bittbridge.Models.Intervals;

/// <summary>What an interval is optimized for.</summary>
public enum IntervalAim
{
    /// <summary>To contain the price as often as the level says.</summary>
    [JsonStringEnumMemberName("coverage")]
    Coverage,

    /// <summary>
    /// To be the narrowest interval that contains the price, in a field of wide ones: the shortest interval of mass <see
    /// cref="CalibratedIntervalEstimator.RankMass"/>.
    /// </summary>
    [JsonStringEnumMemberName("rank")]
    Rank,

    /// <summary>The highest expected score of the validator.</summary>
    [JsonStringEnumMemberName("reward")]
    Reward,
}
