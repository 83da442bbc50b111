using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Miner.Access;

/// <summary>All participants of the subnet at a block, and when they were read.</summary>
internal sealed class ValidatorSnapshot
{
    /// <summary>The allowed clock difference between instances.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    private readonly Dictionary<PublicKey, Neuron> _neurons;

    /// <param name="subnet">All participants of the subnet.</param>
    /// <param name="readAt">When the read began, by the clock of the instance that read.</param>
    /// <param name="evidence">How well it is confirmed.</param>
    /// <param name="blockAt">When its block was the newest; null means <paramref name="readAt"/>.</param>
    public ValidatorSnapshot(
        SubnetSnapshot subnet,
        DateTimeOffset readAt,
        ListEvidence evidence = ListEvidence.OneRead,
        DateTimeOffset? blockAt = null
    )
    {
        (Subnet, ReadAt, Evidence, BlockAt) = (subnet, readAt, evidence, blockAt ?? readAt);
        _neurons = subnet.Neurons.ToDictionary(neuron => neuron.Hotkey);
        Permits = subnet.Neurons.Count(neuron => neuron.Permit);
    }

    public SubnetSnapshot Subnet { get; }

    public DateTimeOffset ReadAt { get; }

    public ListEvidence Evidence { get; }

    /// <summary>
    /// When the list's block was the newest. Later blocks are compared with this pair of block and time. When only one of several nodes
    /// answers, the list is refreshed, but the pair stays the one that two nodes confirmed.
    /// </summary>
    public DateTimeOffset BlockAt { get; }

    /// <summary>How many have a validator permit.</summary>
    public int Permits { get; }

    /// <summary>Whether a hotkey is registered, by its key alone: the same key may be written as several addresses.</summary>
    public bool IsRegistered(PublicKey hotkey) => _neurons.ContainsKey(hotkey);

    /// <summary>The uid of a hotkey; null where it is not registered.</summary>
    public ushort? UidOf(PublicKey hotkey) => _neurons.TryGetValue(hotkey, out var neuron) ? neuron.Uid : null;

    /// <summary>Whether a hotkey is registered and has a validator permit.</summary>
    public bool HasPermit(PublicKey hotkey) => _neurons.GetValueOrDefault(hotkey).Permit;

    /// <summary>Whether the list is still valid. A list from the future was read with a wrong clock and is treated as expired.</summary>
    public bool IsGood(DateTimeOffset now, TimeSpan maxAge) => now - ReadAt <= maxAge && ReadAt - now <= MaxAhead;
}

/// <summary>How well a list is confirmed. Only equally strong evidence overrules a confirmed list. The numbers are stored.</summary>
internal enum ListEvidence
{
    /// <summary>One node reported it once.</summary>
    OneRead = 0,

    /// <summary>A later read at a later block agreed, perhaps from the same node.</summary>
    TwoReads = 1,

    /// <summary>Two nodes agreed at the same time.</summary>
    TwoNodes = 2,
}
