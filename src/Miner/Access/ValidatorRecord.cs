namespace Bittbridge.Miner.Access;

/// <summary>The validator lists that instances share.</summary>
/// <param name="List">The last accepted list; null before the first one.</param>
/// <param name="HeldBack">A list that contradicts it: of an older block, of one too far ahead, or with most hotkeys missing. It counts only
/// when a second read, perhaps by another instance, agrees.</param>
internal sealed record ValidatorRecord(ValidatorSnapshot? List, ValidatorSnapshot? HeldBack)
{
    public static ValidatorRecord Empty { get; } = new(null, null);

    /// <summary>
    /// The one whose list is valid: a list that was read with a clock far ahead looks newer than any other. Of two that are valid or not,
    /// the one that was read later; the first of two that are equal.
    /// </summary>
    public static ValidatorRecord Better(ValidatorRecord one, ValidatorRecord other, DateTimeOffset now, TimeSpan maxAge)
    {
        var (isGood, isOtherGood) = (one.List?.IsGood(now, maxAge) == true, other.List?.IsGood(now, maxAge) == true);
        return isGood != isOtherGood ? (isGood ? one : other)
            : other.List is not null && (one.List is null || one.List.ReadAt < other.List.ReadAt) ? other
            : one;
    }
}
