using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Access;

/// <summary>Whether a verified caller may call.</summary>
/// <param name="HasPermit">It is known to have a validator permit: under overload it goes first.</param>
/// <param name="Refusal">403 for one who may not, 503 where nobody can tell; null for one who may.</param>
public readonly record struct AccessVerdict(bool HasPermit, Refusal? Refusal);
