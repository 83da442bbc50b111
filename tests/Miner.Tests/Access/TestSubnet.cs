using System.Security.Cryptography;
using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;

namespace Bittbridge.Miner.Tests.Access;

/// <summary>Subnet 420 as a test makes it up: Alice with a permit, Charlie and Bob, the miner, without, and others.</summary>
internal static class TestSubnet
{
    public const ushort Netuid = 420;
    public const uint Block = 5_000_000;

    public static Ss58Address Alice { get; } = DevelopmentKey.Derive("//Alice").Address;

    public static Ss58Address Bob { get; } = DevelopmentKey.Derive("//Bob").Address;

    public static Ss58Address Charlie { get; } = DevelopmentKey.Derive("//Charlie").Address;

    /// <summary>Registered nowhere.</summary>
    public static Ss58Address Dave { get; } = DevelopmentKey.Derive("//Dave").Address;

    /// <param name="block">The block's number.</param>
    /// <param name="others">How many more there are, every fourth with a permit.</param>
    /// <param name="named">Whether Alice, Charlie and Bob are in it.</param>
    /// <param name="kin">Others of another kin are other hotkeys.</param>
    public static SubnetSnapshot At(uint block = Block, int others = 20, bool named = true, string kin = "one")
    {
        (PublicKey Hotkey, bool Permit)[] first = named
            ? [(Alice.PublicKey, true), (Charlie.PublicKey, false), (Bob.PublicKey, false)]
            : [];
        var all = first.Concat(
            Enumerable.Range(0, others).Select(i => (new PublicKey(SHA256.HashData(Encoding.UTF8.GetBytes($"{kin} {i}"))), i % 4 == 0))
        );
        return new(Netuid, block, [.. all.Select((neuron, uid) => new Neuron((ushort)uid, neuron.Item1, neuron.Item2))]);
    }

    /// <summary>The record after the only node that is configured has told of a subnet.</summary>
    public static ValidatorRecord Told(this ValidatorRecord record, SubnetSnapshot subnet, DateTimeOffset at) =>
        new ListReview(1, TimeSpan.FromDays(1), ListReview.ChainBlockTime).Review(record, [new("node", subnet)], at).Record;

    /// <summary>A caller whose signature was checked.</summary>
    public static Caller Caller(Ss58Address hotkey) =>
        new(hotkey, Bob.PublicKey, WireFormat.V10, "session", 1, default, TimeSpan.FromSeconds(12));
}
