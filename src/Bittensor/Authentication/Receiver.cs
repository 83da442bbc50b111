using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>The miner that requests must be bound to, with its configured callers.</summary>
/// <param name="Text">The miner's address as callers sign it.</param>
/// <param name="Key">The miner's key.</param>
/// <param name="Ed25519Callers">The callers that sign with ed25519 only, although their keys could be sr25519 keys.</param>
internal readonly record struct Receiver(string Text, PublicKey Key, IReadOnlySet<PublicKey> Ed25519Callers);
