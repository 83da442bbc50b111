using System.Net;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Axon;

/// <summary>A validated query of <c>bittbridge axon</c>.</summary>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">The value of the setting <c>Network</c>.</param>
/// <param name="Endpoints">The nodes to ask.</param>
/// <param name="Hotkey">The miner.</param>
/// <param name="Given">The address to put on the chain; null for none.</param>
internal sealed record AxonQuestion(ushort Netuid, string Network, ChainEndpoints Endpoints, Ss58Address Hotkey, ServeAxon? Given)
{
    private static readonly ChainLimits Patience = new()
    {
        CallTimeout = TimeSpan.FromSeconds(6),
        EndpointTimeout = TimeSpan.FromSeconds(12),
    };

    /// <summary>Reads the chain and probes the addresses.</summary>
    public async Task<AxonView> AnswerAsync(TimeProvider clock, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var chain = new ChainClient(Endpoints, http, clock, Patience);
        var uid = await chain.ReadUidAsync(Netuid, Hotkey.PublicKey, ct);
        var axon = uid.Succeeded ? await chain.ReadAxonAsync(Netuid, Hotkey.PublicKey, ct) : null;
        var onChain = axon?.Value;
        List<(IPAddress Ip, int Port)> addresses = [];
        if (onChain is { Address: { } ip, Port: > 0 })
        {
            addresses.Add((ip, onChain.Port));
        }

        if (Given is not null && !addresses.Contains((Given.Ip, Given.Port)))
        {
            addresses.Add((Given.Ip, Given.Port));
        }

        var probe = new AxonProbe(Hotkey, clock);
        var probes = await Task.WhenAll(addresses.Select(address => probe.AskAsync(address.Ip, address.Port, ct)));
        var isCallable = onChain is { Address: not null, Port: > 0 };
        return new(
            Netuid,
            Shown.Network(Network),
            Hotkey.ToString(),
            Given is null ? null : [Given.Bittensor11, Given.Btcli9],
            Remarks(),
            uid.Value,
            onChain is null ? null : new(onChain.Address?.ToString(), onChain.Port, onChain.Block),
            uid.Failure?.Message ?? axon?.Failure?.Message,
            probes
        )
        {
            Reached =
                isCallable && probes[0].IsMiner && (Given is null || (Given.Ip.Equals(onChain!.Address) && Given.Port == onChain.Port)),
        };
    }

    private List<string> Remarks()
    {
        List<string> remarks = [];
        if (Given is null)
        {
            return remarks;
        }

        if (PublicAddress.Objection(Given.Ip) is { } objection)
        {
            remarks.Add($"{Given.Ip} is {objection}: validators on the internet can't reach it. Give the public address.");
        }

        if (Given.HasPlaceholders)
        {
            remarks.Add(
                "Replace WALLET and HOTKEY with the names of your wallet and of the hotkey in it, or give them with --wallet-name and "
                    + "--wallet-hotkey."
            );
        }

        if (Given.HidesNode)
        {
            remarks.Add("Replace NODE_URL with the node's URL. It is not shown here because it may contain a key.");
        }

        return remarks;
    }
}
