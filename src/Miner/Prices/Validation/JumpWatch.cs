using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>What one check of prices must tell the next about jumps.</summary>
public sealed record JumpWatch
{
    /// <summary>How many held-back prices are kept: as many as the largest believable move needs, and some more.</summary>
    public const int Capacity = PriceCheck.LooksAtFarMove + 16;

    public static JumpWatch None { get; } = new();

    /// <summary>Prices that were not believed so far and agree with each other, one a slot, in ascending time.</summary>
    public IReadOnlyList<PricePoint> HeldBack { get; init; } = [];

    /// <summary>When the last move that needed several looks began; the ordinary bounds look at nothing older. Null for none.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    public bool Equals(JumpWatch? other) => other is not null && MovedAt == other.MovedAt && HeldBack.SequenceEqual(other.HeldBack);

    public override int GetHashCode() => HashCode.Combine(MovedAt, HeldBack.Count);
}
