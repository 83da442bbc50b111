using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>The state about jumps that one check passes to the next.</summary>
public sealed record JumpWatch
{
    /// <summary>How many held prices are kept: as many as the largest acceptable move needs, and some more.</summary>
    public const int Capacity = PriceCheck.ObservationsAtFarMove + 16;

    public static JumpWatch None { get; } = new();

    /// <summary>Prices that are not accepted yet and agree with each other, one per slot, in ascending time.</summary>
    public IReadOnlyList<PricePoint> HeldBack { get; init; } = [];

    /// <summary>
    /// When the last move that needed several observations began; the ordinary bounds ignore older prices. Null for none.
    /// </summary>
    public DateTimeOffset? MovedAt { get; init; }

    public bool Equals(JumpWatch? other) => other is not null && MovedAt == other.MovedAt && HeldBack.SequenceEqual(other.HeldBack);

    public override int GetHashCode() => HashCode.Combine(MovedAt, HeldBack.Count);
}
