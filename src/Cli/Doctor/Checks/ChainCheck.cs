using Bittbridge.Bittensor.Chain;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Reads the subnet from the chain.</summary>
internal sealed class ChainCheck(DoctorServices miner) : ICheck
{
    public string Name => "chain";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        var read = await miner.SubnetAsync(ct);
        if (read.Failure is { } failure)
        {
            return Finding.Failed(
                failure.Message,
                failure.Fault is ChainFault.Missing or ChainFault.Nonsense
                    ? "Check Bittbridge:Network and Bittbridge:Netuid: the node answers, but not with this subnet."
                    : "Let this machine reach a node, or name others in Bittbridge:Network (URLs separated by commas). The miner goes on "
                        + "with the last list it read, for a while."
            );
        }

        var subnet = read.Value!;
        var permits = subnet.Neurons.Count(neuron => neuron.Permit);
        var detail = $"subnet {subnet.Netuid} at block {subnet.Block}: {subnet.Neurons.Count} hotkeys, {permits} with a validator permit";
        return permits > 0
            ? Finding.Well(detail)
            : Finding.Warning(
                $"{detail}, so nobody is answered with Bittbridge:Access=permit",
                "Check that Bittbridge:Netuid is the subnet whose validators ask for USDT/CNY; where its validators have no permit, as "
                    + "on a test network, set Bittbridge:Access to registered."
            );
    }
}
