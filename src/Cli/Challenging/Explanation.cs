namespace Bittbridge.Cli.Challenging;

/// <summary>Why a challenge brought no forecast, for the one who asked.</summary>
/// <param name="Meaning">What it means, in a sentence.</param>
/// <param name="Remedy">What to do, in a sentence.</param>
internal sealed record Explanation(string Meaning, string Remedy);
