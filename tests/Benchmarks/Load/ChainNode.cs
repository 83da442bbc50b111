using Bittbridge.Testing;

namespace Bittbridge.Benchmarks.Load;

/// <summary>A stand-in for a node of the chain, with <see cref="Challenges.Subnet"/>, and the settings of a miner that reads it.</summary>
internal static class ChainNode
{
    public static RecordedNode Start()
    {
        var subnet = Challenges.Subnet;
        var node = new RecordedNode(subnet);
        node.Stand(subnet.Netuid, Challenges.Miner.PublicKey, uid: 0, new ushort[subnet.Neurons.Count], axon: null);
        return node;
    }

    /// <summary>
    /// The settings of a miner with simulated prices that answers the validators of the subnet alone, however often they ask.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Settings(RecordedNode node) =>
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("Bittbridge:Access", "permit"),
            ("Bittbridge:Hotkey", Challenges.Miner.ToString()),
            ("Bittbridge:Network", $"http://{node.Authority}"),
            ("Bittbridge:Netuid", $"{Challenges.Subnet.Netuid}"),
            ("Bittbridge:Limits:PerCallerPerMinute", "0"),
            ("Bittbridge:Prices:Source", "simulated"),
        ];
}
