using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.Axon;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>
/// Whether the chain holds an address for the miner's hotkey. Whether the miner answers there is <c>bittbridge axon</c>'s to say.
/// </summary>
internal sealed class AxonCheck(DoctorServices miner) : ICheck
{
    private const string PutThere = "'bittbridge axon --ip IP --port PORT' prints what to type to put one there.";

    public string Name => "axon";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        if (!Ss58Address.TryParse(miner.Settings.Hotkey, out var hotkey))
        {
            return Finding.Skipped("not asked: no hotkey is set");
        }

        // After the subnet, not beside it: public nodes allow about one request a second.
        var axon = (await miner.SubnetAsync(ct)).Succeeded
            ? await miner.Chain.ReadAxonAsync(miner.Settings.Netuid, hotkey.PublicKey, ct)
            : null;
        return axon switch
        {
            null or { Succeeded: false } => Finding.Skipped("not known: the chain comes first"),
            { Value: { Address: { } ip, Port: > 0 } found } when PublicAddress.Objection(ip) is { } objection => Finding.Warning(
                $"the chain sends validators to {ip}:{found.Port}, {objection}",
                "Put a public address there. " + PutThere
            ),
            { Value: { Address: { } ip, Port: > 0 } found } => Finding.Well(
                $"the chain sends validators to {ip}:{found.Port} (since block {found.Block}); 'bittbridge axon' tells whether this "
                    + $"miner answers there"
            ),
            _ => Finding.Warning("the chain holds no address for this hotkey, so no validator calls it", PutThere),
        };
    }
}
