using System.Buffers.Binary;

namespace Bittbridge.Bittensor.Chain;

/// <summary>
/// The runtime call <c>SubnetInfoRuntimeApi_get_selective_metagraph</c> for one field: the total stake by uid. The answer is an optional
/// record: the netuid, then an option for each field in order. Runtimes append fields, so what follows is not looked at.
/// </summary>
internal static class SelectiveMetagraph
{
    private const ushort TotalStake = 69;

    /// <summary>The smallest units in one token.</summary>
    private const double Rao = 1e9;

    /// <summary>The call's arguments: the netuid, and the numbers of the fields.</summary>
    public static string Request(ushort netuid)
    {
        Span<byte> bytes = stackalloc byte[5];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, netuid);
        bytes[2] = 1 << 2;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[3..], TotalStake);
        return "0x" + Convert.ToHexStringLower(bytes);
    }

    /// <summary>The stake of a uid, in tokens.</summary>
    public static bool TryReadStake(ReadOnlySpan<byte> answer, ushort netuid, ushort uid, int count, out double stake)
    {
        stake = 0;
        if (
            answer is not [1, .. var rest]
            || !Scale.TryReadCompact(rest, out var answered, out var length)
            || answered != netuid
            || rest.Length <= length + TotalStake
        )
        {
            return false;
        }

        // None for each field that was not selected, then the one that was.
        rest = rest[length..];
        if (rest[..(TotalStake - 1)].ContainsAnyExcept((byte)0) || rest[TotalStake - 1] != 1)
        {
            return false;
        }

        rest = rest[TotalStake..];
        if (!Scale.TryReadCompact(rest, out var stakes, out length) || stakes != count)
        {
            return false;
        }

        for (var i = 0; ; i++)
        {
            rest = rest[length..];
            if (!Scale.TryReadCompact64(rest, out var rao, out length))
            {
                return false;
            }

            if (i == uid)
            {
                stake = rao / Rao;
                return true;
            }
        }
    }
}
