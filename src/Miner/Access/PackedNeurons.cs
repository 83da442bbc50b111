using System.Buffers.Binary;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Miner.Access;

/// <summary>
/// Neurons as bytes, by uid: 33 bytes each, the key and then 0 or 1 for the permit. Split into parts, because a table property holds at
/// most 64 KiB. The largest accepted subnet takes three parts. Uids that are not 0, 1, 2 and so on are a property of their own, two bytes
/// each, little-endian.
/// </summary>
internal static class PackedNeurons
{
    /// <summary>The only format that is written and read.</summary>
    public const int Format = 1;

    /// <summary>How many neurons a part holds.</summary>
    public const int PerPart = 1900;

    /// <summary>The maximum number of neurons: twice the largest accepted subnet, because two nodes may report different ones.</summary>
    public const int MaxNeurons = 8192;

    private const int NeuronSize = PublicKey.Length + 1;

    public static IReadOnlyList<byte[]> Pack(IReadOnlyList<Neuron> neurons) =>
        [
            .. neurons
                .Chunk(PerPart)
                .Select(part =>
                {
                    var bytes = new byte[part.Length * NeuronSize];
                    for (var i = 0; i < part.Length; i++)
                    {
                        part[i].Hotkey.CopyTo(bytes.AsSpan(i * NeuronSize));
                        bytes[((i + 1) * NeuronSize) - 1] = part[i].Permit ? (byte)1 : (byte)0;
                    }

                    return bytes;
                }),
        ];

    /// <summary>Null when the uids are 0, 1, 2 and so on.</summary>
    public static byte[]? PackUids(IReadOnlyList<Neuron> neurons)
    {
        if (neurons.Index().All(neuron => neuron.Item.Uid == neuron.Index))
        {
            return null;
        }

        var bytes = new byte[neurons.Count * sizeof(ushort)];
        for (var i = 0; i < neurons.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), neurons[i].Uid);
        }

        return bytes;
    }

    /// <summary>Null when the bytes are damaged.</summary>
    public static IReadOnlyList<Neuron>? Unpack(IEnumerable<byte[]> parts, byte[]? uids)
    {
        List<Neuron> neurons = [];
        foreach (var part in parts)
        {
            if (part.Length % NeuronSize != 0 || neurons.Count + (part.Length / NeuronSize) > MaxNeurons)
            {
                return null;
            }

            for (var rest = part.AsSpan(); !rest.IsEmpty; rest = rest[NeuronSize..])
            {
                if (rest[PublicKey.Length] > 1)
                {
                    return null;
                }

                neurons.Add(new((ushort)neurons.Count, new(rest[..PublicKey.Length]), rest[PublicKey.Length] == 1));
            }
        }

        if (uids is null)
        {
            return neurons;
        }

        return uids.Length != neurons.Count * sizeof(ushort)
            ? null
            :
            [
                .. neurons.Select(
                    (neuron, i) => neuron with { Uid = BinaryPrimitives.ReadUInt16LittleEndian(uids.AsSpan(i * sizeof(ushort))) }
                ),
            ];
    }
}
