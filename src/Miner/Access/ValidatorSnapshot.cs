using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Miner.Access;

/// <summary>Everybody in the subnet as the chain had it, and when it was asked.</summary>
internal sealed class ValidatorSnapshot
{
    /// <summary>How far the clocks of instances may be apart.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    private readonly Dictionary<PublicKey, bool> _permits;

    /// <param name="subnet">Everybody in the subnet.</param>
    /// <param name="readAt">When the reading began, by the clock of the instance that read.</param>
    /// <param name="evidence">What speaks for it.</param>
    /// <param name="blockAt">When its block was the newest; null for when it was read.</param>
    public ValidatorSnapshot(
        SubnetSnapshot subnet,
        DateTimeOffset readAt,
        ListEvidence evidence = ListEvidence.OneLook,
        DateTimeOffset? blockAt = null
    )
    {
        (Subnet, ReadAt, Evidence, BlockAt) = (subnet, readAt, evidence, blockAt ?? readAt);
        _permits = subnet.Neurons.ToDictionary(neuron => neuron.Hotkey, neuron => neuron.Permit);
        Permits = subnet.Neurons.Count(neuron => neuron.Permit);
    }

    public SubnetSnapshot Subnet { get; }

    public DateTimeOffset ReadAt { get; }

    public ListEvidence Evidence { get; }

    /// <summary>
    /// When its block was the newest: the pair by which later blocks are judged. Where only one of several nodes answers, the list is read
    /// anew while the pair stays that of two.
    /// </summary>
    public DateTimeOffset BlockAt { get; }

    /// <summary>How many have a validator permit.</summary>
    public int Permits { get; }

    /// <summary>Whether a hotkey is registered, by its key alone: the same key may be written as several addresses.</summary>
    public bool IsRegistered(PublicKey hotkey) => _permits.ContainsKey(hotkey);

    /// <summary>Whether a hotkey is registered and has a validator permit.</summary>
    public bool HasPermit(PublicKey hotkey) => _permits.GetValueOrDefault(hotkey);

    /// <summary>
    /// Whether it may still be used. One from ahead was read by a clock that was wrong, and is no better than one that is too old.
    /// </summary>
    public bool IsGood(DateTimeOffset now, TimeSpan maxAge) => now - ReadAt <= maxAge && ReadAt - now <= MaxAhead;
}

/// <summary>What speaks for a list. What was confirmed is overruled only by evidence that is as good. The numbers are stored.</summary>
internal enum ListEvidence
{
    /// <summary>One node said it once.</summary>
    OneLook = 0,

    /// <summary>A later look at a later block agreed, perhaps at the same node.</summary>
    TwoLooks = 1,

    /// <summary>Two nodes agreed at the same time.</summary>
    TwoNodes = 2,
}
