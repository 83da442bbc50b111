namespace Bittbridge.Cli.Challenging;

/// <summary>Why a challenge got no forecast, for the user.</summary>
/// <param name="Meaning">The cause, in one sentence.</param>
/// <param name="Remedy">What to do, in one sentence.</param>
internal sealed record Explanation(string Meaning, string Remedy);
