using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Checks whether the miner's hotkey is registered in the subnet.</summary>
internal sealed class HotkeyCheck(DoctorServices miner) : ICheck
{
    public string Name => "hotkey";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        if (!Ss58Address.TryParse(miner.Settings.Hotkey, out var hotkey))
        {
            return Finding.Warning(
                "no hotkey is set, so signatures can't be verified",
                "Set Bittbridge:Hotkey to the ss58 address of the miner's hotkey."
            );
        }

        var read = await miner.SubnetAsync(ct);
        if (!read.Succeeded)
        {
            return Finding.Skipped($"{hotkey}: not checked, because the chain can't be read");
        }

        var where = $"in subnet {miner.Settings.Netuid} ({Shown.Network(miner.Settings.Network)})";
        var neuron = read.Value!.Neurons.Cast<Neuron?>().FirstOrDefault(one => one!.Value.Hotkey == hotkey.PublicKey);
        if (neuron is not { } own)
        {
            if (miner.Settings.IsDevelopment && DevelopmentNames.Of(hotkey.PublicKey) is { } development)
            {
                return Finding.Warning(
                    $"{hotkey} is the development key {development}, which is not registered {where}: no validator calls this miner",
                    "Nothing, to try the miner out. For a real one set Bittbridge:Hotkey to your own hotkey."
                );
            }

            return Finding.Failed(
                $"{hotkey} is not registered {where}, so it earns nothing",
                $"Register it, which costs TAO: {BtcliText.Register(miner.Settings.Netuid, miner.Settings.Network)}"
            );
        }

        var detail = $"{hotkey} is registered {where} as uid {own.Uid}";
        return DevelopmentNames.Of(hotkey.PublicKey) is { } name
            ? Finding.Warning(
                $"{detail}; it is the development key {name}, whose secret is public",
                "Set Bittbridge:Hotkey to your own hotkey before you mine on a real subnet."
            )
            : Finding.Passed(detail);
    }
}
