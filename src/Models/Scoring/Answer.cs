namespace Bittbridge.Models.Scoring;

/// <summary>
/// A miner's answer as the validator scores it: a price and two bounds, each of which may be missing, and the bounds the wrong way round.
/// </summary>
public readonly record struct Answer(double? Price, double? Lower, double? Upper);
