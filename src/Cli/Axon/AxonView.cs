using System.Text.Json.Serialization;

namespace Bittbridge.Cli.Axon;

/// <summary>Where a miner can be called, as the chain and the miner say it.</summary>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">As the setting has it.</param>
/// <param name="Hotkey">The miner's address.</param>
/// <param name="Commands">What to type to put the given address on the chain, one for each btcli; null where none was given.</param>
/// <param name="Remarks">What to know of the given address, a sentence each.</param>
/// <param name="Uid">The miner's place in the subnet; null where it is not registered or the chain can't be read.</param>
/// <param name="OnChain">What the chain says; null where it says nothing.</param>
/// <param name="ChainFailure">Why the chain can't be read.</param>
/// <param name="Probes">What answers at the chain's address and at the given one.</param>
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
    /// <summary>Whether the chain leads validators to this miner, and to the given address where one was given.</summary>
    public required bool Reached { get; init; }
}

/// <summary>An address on the chain.</summary>
/// <param name="Ip">Null for none that can be called.</param>
/// <param name="Port">0 for none.</param>
/// <param name="Block">When it was put there.</param>
internal sealed record ChainAxon(string? Ip, int Port, ulong Block);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AxonView))]
internal sealed partial class AxonJson : JsonSerializerContext;
