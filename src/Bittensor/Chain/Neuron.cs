using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Chain;

/// <summary>One of a subnet's participants.</summary>
/// <param name="Uid">Its place in the subnet.</param>
/// <param name="Hotkey">Its key, never the zero key.</param>
/// <param name="Permit">Whether it may validate.</param>
public readonly record struct Neuron(ushort Uid, PublicKey Hotkey, bool Permit);
