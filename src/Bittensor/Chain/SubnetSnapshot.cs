using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Chain;

/// <summary>
/// The neurons of a subnet at a block: at least one, in the order of their uids, no duplicate hotkey, no zero key. A list that several
/// nodes were compared for may lack uids or have two hotkeys with the same one.
/// </summary>
public sealed record SubnetSnapshot
{
    /// <param name="netuid">The subnet.</param>
    /// <param name="block">The block at which it was read, above zero.</param>
    /// <param name="neurons">By uid.</param>
    /// <exception cref="ArgumentException">The neurons do not fulfill these conditions.</exception>
    public SubnetSnapshot(ushort netuid, uint block, IReadOnlyList<Neuron> neurons)
    {
        ArgumentNullException.ThrowIfNull(neurons);
        if (Fault(block, neurons) is { } fault)
        {
            throw new ArgumentException(fault, nameof(neurons));
        }

        Netuid = netuid;
        Block = block;
        Neurons = neurons;
    }

    /// <summary>The subnet.</summary>
    public ushort Netuid { get; }

    /// <summary>The number of the block, finalized when it was read from the chain.</summary>
    public uint Block { get; }

    /// <summary>By uid.</summary>
    public IReadOnlyList<Neuron> Neurons { get; }

    /// <summary>Restores a stored list; null when it is invalid.</summary>
    public static SubnetSnapshot? TryCreate(ushort netuid, uint block, IReadOnlyList<Neuron> neurons)
    {
        ArgumentNullException.ThrowIfNull(neurons);
        return Fault(block, neurons) is null ? new(netuid, block, neurons) : null;
    }

    /// <summary>What is wrong with a list, as a clause; null for nothing.</summary>
    internal static string? Fault(uint block, IReadOnlyList<Neuron> neurons)
    {
        if (block == 0 || neurons.Count is 0 or > ushort.MaxValue + 1)
        {
            return "a block of zero or an empty subnet";
        }

        HashSet<PublicKey> seen = new(neurons.Count);
        var previous = 0;
        foreach (var (uid, hotkey, _) in neurons)
        {
            if (uid < previous || hotkey.IsZero || !seen.Add(hotkey))
            {
                return $"uid {uid} is out of order, or its hotkey is zero or a duplicate";
            }

            previous = uid;
        }

        return null;
    }

    /// <summary>
    /// Whether this list contains at least half of the hotkeys of <paramref name="other"/>, and at least half of its permits.
    /// </summary>
    public bool KeepsMostOf(SubnetSnapshot other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var kept = Neurons.ToDictionary(neuron => neuron.Hotkey, neuron => neuron.Permit);
        int permitted = 0,
            left = 0,
            leftPermitted = 0;
        foreach (var neuron in other.Neurons)
        {
            permitted += neuron.Permit ? 1 : 0;
            if (kept.TryGetValue(neuron.Hotkey, out var permit))
            {
                left++;
                leftPermitted += neuron.Permit && permit ? 1 : 0;
            }
        }

        return left * 2 >= other.Neurons.Count && leftPermitted * 2 >= permitted;
    }
}
