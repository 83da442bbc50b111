namespace Bittbridge.Models.Scoring;

/// <summary>
/// A miner's answer as the validator scores it: a price and two bounds. Each may be missing, and the bounds may be reversed.
/// </summary>
public readonly record struct Answer(double? Price, double? Lower, double? Upper);
