using Bittbridge.Bittensor;

namespace Bittbridge.Miner;

/// <summary>What one instance tells the next about the subnet.</summary>
/// <param name="List">The last list that made sense; null where there is none yet.</param>
/// <param name="HeldBack">A later one from which most of that is gone: it counts only if a second look, perhaps by another instance, agrees.</param>
public sealed record ValidatorRecord(ValidatorList? List, ValidatorList? HeldBack)
{
    public static ValidatorRecord Empty { get; } = new(null, null);

    /// <summary>The one whose list was read later; the first of two that are equal.</summary>
    public static ValidatorRecord Newest(ValidatorRecord one, ValidatorRecord other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return other.List is not null && (one.List is null || one.List.ReadAt < other.List.ReadAt) ? other : one;
    }

    /// <summary>Whether what the chain says may take the list's place. A list that is too old to be used stands in nobody's way: a chain that began anew is taken in the end.</summary>
    public Replacement Judge(SubnetSnapshot subnet, DateTimeOffset now, TimeSpan maxAge)
    {
        ArgumentNullException.ThrowIfNull(subnet);
        return subnet.MayReplace(List is { } list && list.IsGood(now, maxAge) ? list.Subnet : null, HeldBack?.Subnet);
    }

    /// <summary>This with what the chain said, in the place that it deserves; this itself where it deserves none.</summary>
    public ValidatorRecord With(SubnetSnapshot subnet, DateTimeOffset readAt, TimeSpan maxAge) => Judge(subnet, readAt, maxAge) switch
    {
        Replacement.Allowed => new(new(subnet, readAt), null),
        // The same block again is no second look, nor does it put one off.
        Replacement.NeedsSecondLook when HeldBack?.Subnet.Block != subnet.Block => this with { HeldBack = new(subnet, readAt) },
        _ => this,
    };
}
