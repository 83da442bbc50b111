namespace Bittbridge.Cli.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Level">How the part fares.</param>
/// <param name="Detail">What was seen, in words; nothing secret.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
internal sealed record Finding(FindingLevel Level, string Detail, string? Remedy = null)
{
    public static Finding Well(string detail) => new(FindingLevel.Well, detail);

    public static Finding Warning(string detail, string remedy) => new(FindingLevel.Warning, detail, remedy);

    public static Finding Failed(string detail, string remedy) => new(FindingLevel.Failed, detail, remedy);

    public static Finding Skipped(string detail) => new(FindingLevel.Skipped, detail);

    /// <summary>Of a settings reader's sentence, which says what is wrong, a colon, and what to do.</summary>
    public static Finding OfSetting(FindingLevel level, string message) =>
        message.Split(": ", 2) is [var fault, [var first, ..] remedy] ? new(level, fault, char.ToUpperInvariant(first) + remedy[1..]) : new(level, message, "Set it right.");
}
