using Azure.Data.Tables;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Access;

/// <summary>Converts the validator list to a table entity and back.</summary>
internal static class ValidatorEntities
{
    /// <summary>The row, in the partition named after the subnet's number.</summary>
    public const string Snapshot = "snapshot";

    private static readonly DateTimeOffset FirstGenesis = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Partition(ushort netuid) => netuid.ToString();

    public static TableEntity From(ushort netuid, string network, ValidatorRecord record)
    {
        var entity = new TableEntity(Partition(netuid), Snapshot) { ["Format"] = PackedNeurons.Format, ["Network"] = network };
        Add(entity, "", record.List);
        Add(entity, "HeldBack", record.HeldBack);
        return entity;
    }

    /// <summary>The record; null when the entity belongs to another network or a list is damaged.</summary>
    public static ValidatorRecord? ToRecord(ushort netuid, string network, TableEntity entity)
    {
        if (entity.Value<int>("Format") != PackedNeurons.Format || !IsOf(network, entity))
        {
            return null;
        }

        var (list, heldBack) = (List(netuid, entity, ""), List(netuid, entity, "HeldBack"));
        return list.IsDamaged || heldBack.IsDamaged ? null : new(list.List, heldBack.List);
    }

    public static bool IsOf(string network, TableEntity entity) => entity.Text("Network") == network;

    private static void Add(TableEntity entity, string prefix, ValidatorSnapshot? list)
    {
        if (list is null)
        {
            return;
        }

        entity[prefix + "Block"] = (long)list.Subnet.Block;
        entity[prefix + "BlockAt"] = list.BlockAt;
        entity[prefix + "ReadAt"] = list.ReadAt;
        entity[prefix + "Evidence"] = (int)list.Evidence;
        var parts = PackedNeurons.Pack(list.Subnet.Neurons);
        entity[prefix + "Count"] = list.Subnet.Neurons.Count;
        entity[prefix + "Uids"] = PackedNeurons.PackUids(list.Subnet.Neurons);
        for (var i = 0; i < parts.Count; i++)
        {
            entity[Part(prefix, i)] = parts[i];
        }
    }

    private static (ValidatorSnapshot? List, bool IsDamaged) List(ushort netuid, TableEntity entity, string prefix)
    {
        if (entity.Value<int>(prefix + "Count") is not { } count)
        {
            return (null, entity.ContainsKey(Part(prefix, 0)));
        }

        List<byte[]> parts = [];
        while (entity.Bytes(Part(prefix, parts.Count)) is { } bytes)
        {
            parts.Add(bytes);
        }

        // An older version stored no evidence: treat such a row as confirmed by one read.
        return
            entity.Value<long>(prefix + "Block") is >= 0 and <= uint.MaxValue and var block
            && entity.Value<DateTimeOffset>(prefix + "ReadAt") is { } readAt
            && PackedNeurons.Unpack(parts, entity.Bytes(prefix + "Uids")) is { } neurons
            && neurons.Count == count
            && block <= MaxBlock(readAt)
            && SubnetSnapshot.TryCreate(netuid, (uint)block, neurons) is { } subnet
            && (entity.Value<int>(prefix + "Evidence") ?? 0)
                is >= (int)ListEvidence.OneRead
                    and <= (int)ListEvidence.TwoNodes
                    and var evidence
            && (entity.Value<DateTimeOffset>(prefix + "BlockAt") ?? readAt) is var blockAt
            && blockAt <= readAt
            ? (new(subnet, readAt, (ListEvidence)evidence, blockAt), false)
            : (null, true);
    }

    /// <summary>An upper bound: more blocks than a development node could have made since the first Subtensor genesis.</summary>
    private static long MaxBlock(DateTimeOffset readAt) => (long)((readAt - FirstGenesis) / ListReview.FastBlockTime);

    private static string Part(string prefix, int number) => $"{prefix}Neurons{number}";
}
