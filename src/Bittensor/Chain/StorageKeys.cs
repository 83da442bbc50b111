using System.Buffers.Binary;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Chain;

/// <summary>
/// The storage keys of the chain's pallet <c>SubtensorModule</c>, as <c>0x</c> and lower-case hex digits. Numbers in them have 16 bits,
/// little-endian.
/// </summary>
public static class StorageKeys
{
    // twox128("SubtensorModule"), then twox128 of the item's name.
    private const string Pallet = "0x658faa385070e074c85bf6b568cf0555";
    private const string ValidatorPermitItem = "56af5b07ace59da2c9d7f0d48bc93143";
    private const string SubnetworkNItem = "a1048e9d244171852dfe8db314dc68ca";
    private const string KeysItem = "9f99a2ce711f3a31b2fc05604c93f179";
    private const string UidsItem = "aab1b4e78e1ea8305462ee53b3686dc8";
    private const string AxonsItem = "b4e0c7b1d5f74994fcd58c28ab601fec";
    private const string IncentiveItem = "89c69c2c416b8105d37501394f4de849";
    private const string ImmunityPeriodItem = "b6522cfe03433e9e101a258ee2f580ab";
    private const string BlockAtRegistrationItem = "5306000b65aa58c97bf98ad9f8619049";

    /// <summary>The validator permits: <c>Vec&lt;bool&gt;</c> by uid.</summary>
    public static string ValidatorPermit(ushort netuid) => Pallet + ValidatorPermitItem + Hex(netuid);

    /// <summary>The number of neurons: <c>u16</c>.</summary>
    public static string SubnetworkN(ushort netuid) => Pallet + SubnetworkNItem + Hex(netuid);

    /// <summary>The hotkey of a uid: 32 bytes.</summary>
    public static string Keys(ushort netuid, ushort uid) => Pallet + KeysItem + Hex(netuid) + Hex(uid);

    /// <summary>The uid of a hotkey: <c>u16</c>, or nothing.</summary>
    public static string Uids(ushort netuid, PublicKey hotkey) => Pallet + UidsItem + Hex(netuid) + Blake2Concat(hotkey);

    /// <summary>The announced address of a hotkey: <c>AxonInfo</c>, or nothing.</summary>
    public static string Axons(ushort netuid, PublicKey hotkey) => Pallet + AxonsItem + Hex(netuid) + Blake2Concat(hotkey);

    /// <summary>The incentives: <c>Vec&lt;u16&gt;</c> by uid, where 65,535 is all of it.</summary>
    public static string Incentive(ushort netuid) => Pallet + IncentiveItem + Hex(netuid);

    /// <summary>How many blocks after its registration a hotkey can't be replaced: <c>u16</c>.</summary>
    public static string ImmunityPeriod(ushort netuid) => Pallet + ImmunityPeriodItem + Hex(netuid);

    /// <summary>The block at which a uid was last registered: <c>u64</c>.</summary>
    public static string BlockAtRegistration(ushort netuid, ushort uid) => Pallet + BlockAtRegistrationItem + Hex(netuid) + Hex(uid);

    private static string Hex(ushort number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, number);
        return Convert.ToHexStringLower(bytes);
    }

    // Blake2_128Concat: the hash of the key, then the key.
    private static string Blake2Concat(PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[16 + PublicKey.Length];
        key.CopyTo(bytes[16..]);
        Libsodium.Blake2b(bytes[16..], bytes[..16]);
        return Convert.ToHexStringLower(bytes);
    }
}
