using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Chain;

/// <summary>A participant of a subnet.</summary>
/// <param name="Uid">Its index in the subnet.</param>
/// <param name="Hotkey">Its key, never the zero key.</param>
/// <param name="Permit">Whether it has a validator permit.</param>
public readonly record struct Neuron(ushort Uid, PublicKey Hotkey, bool Permit);
