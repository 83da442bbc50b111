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
                    ? "Check Bittbridge:Network and Bittbridge:Netuid: the node answers, but does not have this subnet."
                    : "Allow this machine to reach a node, or name others in Bittbridge:Network (URLs separated by commas). The miner uses "
                        + "the last validator list until it expires."
            );
        }

        var subnet = read.Value!;
        var permits = subnet.Neurons.Count(neuron => neuron.Permit);
        var detail = $"subnet {subnet.Netuid} at block {subnet.Block}: {subnet.Neurons.Count} hotkeys, {permits} with a validator permit";
        return permits > 0
            ? Finding.Passed(detail)
            : Finding.Warning(
                $"{detail}, so Bittbridge:Access=permit refuses every caller",
                "Check that Bittbridge:Netuid is the subnet whose validators ask for USDT/CNY; if its validators have no permit, as on a "
                    + "test network, set Bittbridge:Access to registered."
            );
    }
}
