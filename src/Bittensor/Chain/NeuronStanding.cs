namespace Bittbridge.Bittensor.Chain;

/// <summary>How a registered hotkey stands in its subnet.</summary>
/// <param name="Block">The finalized block at which it was read.</param>
/// <param name="Neurons">How many hotkeys the subnet has.</param>
/// <param name="Uid">Its index in the subnet.</param>
/// <param name="Permit">Whether it has a validator permit.</param>
/// <param name="Incentive">Its share of the miners' emission, 0 to 1; null where the chain does not tell.</param>
/// <param name="Rank">Its place by incentive, from 1; those of equal incentive share the best place.</param>
/// <param name="RegisteredAt">The block at which it was registered; null where the chain does not tell.</param>
/// <param name="ImmunityPeriod">How many blocks after that it can't be replaced; null where the chain does not tell.</param>
/// <param name="Stake">The stake on it, in units of the subnet's token; null where the node does not tell.</param>
public sealed record NeuronStanding(
    uint Block,
    int Neurons,
    ushort Uid,
    bool Permit,
    double? Incentive,
    int? Rank,
    ulong? RegisteredAt,
    ushort? ImmunityPeriod,
    double? Stake
)
{
    /// <summary>How many blocks its immunity still lasts, 0 for none; null where that is not known.</summary>
    public ulong? ImmunityLeft => RegisteredAt + ImmunityPeriod is { } end ? end - Math.Min(end, Block) : null;
}
