using Azure.Data.Tables;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Access;

/// <summary>How the chain sees the miner's own hotkey.</summary>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Neuron">Its standing; null where it is not registered.</param>
/// <param name="Axon">The address that the chain gives to validators, such as <c>203.0.113.7:8091</c>; null for none.</param>
/// <param name="Reach">What answers there.</param>
/// <param name="OtherHotkey">Whose miner it is under <see cref="AxonReach.OtherMiner"/>.</param>
internal sealed record OwnStanding(DateTimeOffset ReadAt, NeuronStanding? Neuron, string? Axon, AxonReach Reach, string? OtherHotkey)
{
    /// <summary>The row, in the partition of <see cref="ValidatorEntities.Partition"/>.</summary>
    public const string Row = "standing";

    public TableEntity ToEntity(ushort netuid, string network, string hotkey) =>
        new(ValidatorEntities.Partition(netuid), Row)
        {
            ["Network"] = network,
            ["Hotkey"] = hotkey,
            ["ReadAt"] = ReadAt,
            ["Axon"] = Axon,
            ["Reach"] = Reach.ToString(),
            ["OtherHotkey"] = OtherHotkey,
            ["Block"] = (long?)Neuron?.Block,
            ["Neurons"] = Neuron?.Neurons,
            ["Uid"] = (int?)Neuron?.Uid,
            ["Permit"] = Neuron?.Permit,
            ["Incentive"] = Neuron?.Incentive,
            ["Rank"] = Neuron?.Rank,
            ["RegisteredAt"] = (long?)Neuron?.RegisteredAt,
            ["ImmunityPeriod"] = (int?)Neuron?.ImmunityPeriod,
            ["Stake"] = Neuron?.Stake,
        };

    /// <summary>Null for a row of another network or hotkey, or without an instant.</summary>
    public static OwnStanding? From(TableEntity entity, string network, string hotkey)
    {
        if (
            entity.Text("Network") != network
            || entity.Text("Hotkey") != hotkey
            || entity.Value<DateTimeOffset>("ReadAt") is not { } readAt
        )
        {
            return null;
        }

        NeuronStanding? neuron =
            entity.Value<long>("Block") is >= 0 and <= uint.MaxValue and var block
            && entity.Value<int>("Uid") is >= 0 and <= ushort.MaxValue and var uid
                ? new(
                    (uint)block,
                    entity.Value<int>("Neurons") ?? 0,
                    (ushort)uid,
                    entity.Value<bool>("Permit") ?? false,
                    entity.Value<double>("Incentive"),
                    entity.Value<int>("Rank"),
                    entity.Value<long>("RegisteredAt") is >= 0 and var registered ? (ulong)registered : null,
                    entity.Value<int>("ImmunityPeriod") is >= 0 and <= ushort.MaxValue and var period ? (ushort)period : null,
                    entity.Value<double>("Stake")
                )
                : null;
        return new(
            readAt,
            neuron,
            entity.Text("Axon"),
            Enum.TryParse<AxonReach>(entity.Text("Reach"), out var reach) && Enum.IsDefined(reach) ? reach : AxonReach.NotReached,
            entity.Text("OtherHotkey")
        );
    }
}

/// <summary>What answers at the address that the chain gives to validators.</summary>
internal enum AxonReach
{
    /// <summary>The chain gives none.</summary>
    NoAddress,

    /// <summary>A miner with this hotkey.</summary>
    ThisMiner,

    /// <summary>A miner with another hotkey.</summary>
    OtherMiner,

    /// <summary>Something else.</summary>
    NoMiner,

    /// <summary>Not known: the address is not a public one, so this miner does not call it and no validator can.</summary>
    NotPublic,

    /// <summary>Nothing, from here. Some networks don't let a machine call its own public address.</summary>
    NotReached,
}
