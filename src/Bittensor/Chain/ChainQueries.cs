using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Chain;

/// <summary>The queries to one node. Every answer is checked as if the node lied; a failed check ends the read of this node.</summary>
internal sealed class ChainQueries(RpcSession session, ChainLimits limits)
{
    public async Task<SubnetSnapshot> ReadSubnetAsync(ushort netuid, CancellationToken ct)
    {
        var (head, block) = await FinalizedAsync(ct).ConfigureAwait(false);
        var permitKey = StorageKeys.ValidatorPermit(netuid);
        var countKey = StorageKeys.SubnetworkN(netuid);
        var first = await QueryAsync([permitKey, countKey], head, ct).ConfigureAwait(false);
        var count = NeuronCount(first[countKey]);
        var permits = Permits(first[permitKey], count);
        List<Neuron> neurons = new(count);
        foreach (var uids in Enumerable.Range(0, count).Chunk(limits.KeysPerCall))
        {
            var keys = uids.Select(uid => StorageKeys.Keys(netuid, (ushort)uid)).ToArray();
            var values = await QueryAsync(keys, head, ct).ConfigureAwait(false);
            foreach (var (uid, key) in uids.Zip(keys))
            {
                if (!Scale.TryDecodePublicKey(Present(values[key], $"the hotkey of uid {uid}"), out var hotkey))
                {
                    throw new ChainFailureException(ChainFault.Nonsense, $"the hotkey of uid {uid} is short or zero");
                }

                neurons.Add(new Neuron((ushort)uid, hotkey, permits[uid]));
            }
        }

        return SubnetSnapshot.Fault(block, neurons) is { } fault
            ? throw new ChainFailureException(ChainFault.Nonsense, fault)
            : new SubnetSnapshot(netuid, block, neurons);
    }

    public async Task<ushort?> ReadUidAsync(ushort netuid, PublicKey hotkey, CancellationToken ct)
    {
        var (count, value) = await ReadOfHotkeyAsync(netuid, StorageKeys.Uids(netuid, hotkey), ct).ConfigureAwait(false);
        return value is null ? null : Uid(value, count);
    }

    public async Task<AxonInfo?> ReadAxonAsync(ushort netuid, PublicKey hotkey, CancellationToken ct)
    {
        var (_, value) = await ReadOfHotkeyAsync(netuid, StorageKeys.Axons(netuid, hotkey), ct).ConfigureAwait(false);
        return value is null ? null
            : Scale.TryDecodeAxon(value, out var axon) ? axon
            : throw new ChainFailureException(ChainFault.Nonsense, "the axon is not 34 bytes");
    }

    public async Task<NeuronStanding?> ReadStandingAsync(ushort netuid, PublicKey hotkey, CancellationToken ct)
    {
        var (head, block) = await FinalizedAsync(ct).ConfigureAwait(false);
        var (countKey, uidKey, permitKey) = (
            StorageKeys.SubnetworkN(netuid),
            StorageKeys.Uids(netuid, hotkey),
            StorageKeys.ValidatorPermit(netuid)
        );
        var (incentiveKey, periodKey) = (StorageKeys.Incentive(netuid), StorageKeys.ImmunityPeriod(netuid));
        var values = await QueryAsync([countKey, uidKey, permitKey, incentiveKey, periodKey], head, ct).ConfigureAwait(false);
        var count = NeuronCount(values[countKey]);
        if (values[uidKey] is not { } uidBytes)
        {
            return null;
        }

        var uid = Uid(uidBytes, count);
        var registrationKey = StorageKeys.BlockAtRegistration(netuid, uid);
        var registered = (await QueryAsync([registrationKey], head, ct).ConfigureAwait(false))[registrationKey];
        ushort[]? incentives =
            values[incentiveKey] is { } vector && Scale.TryDecodeU16s(vector, out var read) && read.Length == count ? read : null;
        return new(
            block,
            count,
            uid,
            Permits(values[permitKey], count)[uid],
            incentives?[uid] / (double)ushort.MaxValue,
            incentives?.Count(incentive => incentive > incentives[uid]) + 1,
            registered is not null && Scale.TryDecodeU64(registered, out var registeredAt) && registeredAt <= block ? registeredAt : null,
            values[periodKey] is { } period && Scale.TryDecodeU16(period, out var blocks) ? blocks : null,
            await ReadStakeAsync(netuid, uid, count, head, ct).ConfigureAwait(false)
        );
    }

    /// <summary>The stake of a uid, from the metagraph; null if the node's runtime has no such call or field.</summary>
    private async Task<double?> ReadStakeAsync(ushort netuid, ushort uid, int count, string head, CancellationToken ct)
    {
        try
        {
            var result = await session
                .CallAsync(
                    "state_call",
                    parameters =>
                    {
                        parameters.WriteStringValue("SubnetInfoRuntimeApi_get_selective_metagraph");
                        parameters.WriteStringValue(SelectiveMetagraph.Request(netuid));
                        parameters.WriteStringValue(head);
                    },
                    ct
                )
                .ConfigureAwait(false);
            return Bytes(result) is { } bytes && SelectiveMetagraph.TryReadStake(bytes, netuid, uid, count, out var stake) ? stake : null;
        }
        catch (ChainFailureException)
        {
            // The rest of the standing is useful without the stake.
            return null;
        }
    }

    /// <summary>The finalized block. All queries of a read name it, so that the parts are consistent.</summary>
    private async Task<(string Head, uint Block)> FinalizedAsync(CancellationToken ct)
    {
        var head = Text(await session.CallAsync("chain_getFinalizedHead", _ => { }, ct).ConfigureAwait(false));
        if (!StrictHex.TryDecodePrefixed(head, new byte[32]))
        {
            throw new ChainFailureException(ChainFault.Garbage, "the finalized head is not a hash");
        }

        var header = await session.CallAsync("chain_getHeader", parameters => parameters.WriteStringValue(head), ct).ConfigureAwait(false);
        return (head, BlockNumber(header));
    }

    // A missing value is a valid answer here. The subnet's size is read too, to tell that from a node that returns no values at all.
    private async Task<(int Count, byte[]? Value)> ReadOfHotkeyAsync(ushort netuid, string key, CancellationToken ct)
    {
        var countKey = StorageKeys.SubnetworkN(netuid);
        var values = await QueryAsync([countKey, key], at: null, ct).ConfigureAwait(false);
        return (NeuronCount(values[countKey]), values[key]);
    }

    /// <summary>Reads storage keys at a block, or at the newest one. The result has exactly these keys; null means no value.</summary>
    private async Task<Dictionary<string, byte[]?>> QueryAsync(string[] keys, string? at, CancellationToken ct)
    {
        var result = await session
            .CallAsync(
                "state_queryStorageAt",
                parameters =>
                {
                    parameters.WriteStartArray();
                    foreach (var key in keys)
                    {
                        parameters.WriteStringValue(key);
                    }

                    parameters.WriteEndArray();
                    if (at is not null)
                    {
                        parameters.WriteStringValue(at);
                    }
                },
                ct
            )
            .ConfigureAwait(false);

        if (
            result.ValueKind != JsonValueKind.Array
            || result.GetArrayLength() != 1
            || result[0].ValueKind != JsonValueKind.Object
            || !result[0].TryGetProperty("changes", out var changes)
            || changes.ValueKind != JsonValueKind.Array
            || !result[0].TryGetProperty("block", out var block)
        )
        {
            throw new ChainFailureException(ChainFault.Garbage, "the storage's values have another shape");
        }

        if (at is not null && !string.Equals(Text(block), at, StringComparison.OrdinalIgnoreCase))
        {
            throw new ChainFailureException(ChainFault.Nonsense, "the storage's values belong to another block");
        }

        var asked = keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var values = new Dictionary<string, byte[]?>(keys.Length, StringComparer.OrdinalIgnoreCase);
        foreach (var change in changes.EnumerateArray())
        {
            if (
                change.ValueKind != JsonValueKind.Array
                || change.GetArrayLength() != 2
                || !asked.Contains(Text(change[0]))
                || !values.TryAdd(Text(change[0]), Bytes(change[1]))
            )
            {
                throw new ChainFailureException(ChainFault.Garbage, "a value was not requested or is duplicated");
            }
        }

        return values.Count == asked.Count
            ? values
            : throw new ChainFailureException(ChainFault.Missing, "some of the requested values are missing");
    }

    private static ushort Uid(byte[] value, int count) =>
        Scale.TryDecodeU16(value, out var uid) && uid < count
            ? uid
            : throw new ChainFailureException(ChainFault.Nonsense, $"the uid is not in a subnet of {count}");

    private static bool[] Permits(byte[]? value, int count) =>
        Scale.TryDecodeBools(Present(value, "the permits"), out var permits) && permits.Length == count
            ? permits
            : throw new ChainFailureException(ChainFault.Nonsense, $"the permits are not a list of {count}");

    private int NeuronCount(byte[]? value) =>
        Scale.TryDecodeU16(Present(value, "the number of neurons"), out var count) && count > 0 && count <= limits.MaxNeurons
            ? count
            : throw new ChainFailureException(ChainFault.Nonsense, $"the number of neurons is not between 1 and {limits.MaxNeurons}");

    private static uint BlockNumber(JsonElement header)
    {
        if (
            header.ValueKind == JsonValueKind.Object
            && header.TryGetProperty("number", out var number)
            && Text(number) is ['0', 'x', _, ..] text
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var block)
            && block > 0
        )
        {
            return block;
        }

        throw new ChainFailureException(ChainFault.Nonsense, "the header has no valid block number");
    }

    private static byte[] Present(byte[]? value, string what) =>
        value ?? throw new ChainFailureException(ChainFault.Missing, $"{what} is missing: is this the right network and subnet?");

    private static string Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : throw new ChainFailureException(ChainFault.Garbage, "expected a JSON string");

    private static byte[]? Bytes(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = Text(element);
        var bytes = new byte[Math.Max(0, text.Length - 2) / 2];
        return StrictHex.TryDecodePrefixed(text, bytes) ? bytes : throw new ChainFailureException(ChainFault.Garbage, "a value is not hex");
    }
}
