using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>
/// Checks whether the chain has an address for the miner's hotkey. <c>bittbridge axon</c> checks whether the miner answers there.
/// </summary>
internal sealed class AxonCheck(DoctorServices miner) : ICheck
{
    private const string PutThere = "'bittbridge axon --ip IP --port PORT' prints the command that registers one.";

    public string Name => "axon";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        if (!Ss58Address.TryParse(miner.Settings.Hotkey, out var hotkey))
        {
            return Finding.Skipped("not checked, because no hotkey is set");
        }

        // After the subnet, not concurrently: public nodes allow about one request per second.
        var axon = (await miner.SubnetAsync(ct)).Succeeded
            ? await miner.Chain.ReadAxonAsync(miner.Settings.Netuid, hotkey.PublicKey, ct)
            : null;
        return axon switch
        {
            null or { Succeeded: false } => Finding.Skipped("not checked, because the chain can't be read"),
            { Value: { Address: { } ip, Port: > 0 } found } when PublicAddress.Objection(ip) is { } objection => Finding.Warning(
                $"the chain sends validators to {ip}:{found.Port}, {objection}",
                "Register a public address. " + PutThere
            ),
            { Value: { Address: { } ip, Port: > 0 } found } => Finding.Passed(
                $"the chain sends validators to {ip}:{found.Port} (since block {found.Block}); 'bittbridge axon' checks whether "
                    + $"this miner answers there"
            ),
            _ => Finding.Warning("the chain has no address for this hotkey, so no validator calls it", PutThere),
        };
    }
}
