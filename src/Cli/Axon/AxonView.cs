using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Axon;

/// <summary>The result of <c>bittbridge axon</c>: the address on the chain, and what answers there.</summary>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">The value of the setting <c>Network</c>.</param>
/// <param name="Hotkey">The miner's address.</param>
/// <param name="Commands">The commands that register the given address, one per version of btcli; null if no address was given.</param>
/// <param name="Remarks">Notes on the given address, one sentence each.</param>
/// <param name="Uid">The miner's uid in the subnet; null if it is not registered or the chain can't be read.</param>
/// <param name="OnChain">The address on the chain; null if there is none.</param>
/// <param name="ChainFailure">Why the chain can't be read.</param>
/// <param name="Probes">The probes of the chain's address and of the given one.</param>
internal sealed record AxonView(
    ushort Netuid,
    string Network,
    string Hotkey,
    IReadOnlyList<string>? Commands,
    IReadOnlyList<string> Remarks,
    ushort? Uid,
    ChainAxon? OnChain,
    string? ChainFailure,
    IReadOnlyList<ProbeResult> Probes
)
{
    /// <summary>Whether the chain's address reaches this miner and, if an address was given, is that address.</summary>
    public required bool Reached { get; init; }
}

/// <summary>An address on the chain.</summary>
/// <param name="Ip">Null if it can't be called.</param>
/// <param name="Port">0 for none.</param>
/// <param name="Block">The block of the registration.</param>
internal sealed record ChainAxon(string? Ip, int Port, ulong Block);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AxonView))]
internal sealed partial class AxonJson : JsonSerializerContext;
