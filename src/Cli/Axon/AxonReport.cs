using System.Net;
using System.Text.Json;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Spectre.Console;

namespace Bittbridge.Cli.Axon;

/// <summary>Shows an <see cref="AxonView"/> as text or as JSON.</summary>
internal static class AxonReport
{
    private const string Passed = "[green]✓[/]";
    private const string Warning = "[yellow]![/]";
    private const string Failed = "[red]✗[/]";

    public static void Show(AxonView view, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(view, AxonJson.Default.AxonView));
            return;
        }

        if (view.Commands is [var newer, var older])
        {
            // Written without wrapping, so that the command can be copied from a narrow terminal.
            AnsiConsole.MarkupLine(
                "To register this address on the chain, run this where the hotkey's secret is (no fee; once in about 10 minutes):"
            );
            Console.WriteLine($"{Environment.NewLine}    {newer}{Environment.NewLine}");
            AnsiConsole.MarkupLine("or, with the btcli before Bittensor 11 (9.17 or later):");
            Console.WriteLine($"{Environment.NewLine}    {older}{Environment.NewLine}");
        }

        foreach (var remark in view.Remarks)
        {
            ConsoleLine.Line(Warning, remark);
        }

        ShowChain(view);
        foreach (var probe in view.Probes)
        {
            ConsoleLine.Line(probe.IsMiner ? Passed : Failed, $"{probe.Url}: {probe.Detail}");
            if (probe.Remedy is not null)
            {
                ConsoleLine.Line("[grey]What to do[/]", probe.Remedy, indent: 3);
            }
        }
    }

    private static void ShowChain(AxonView view)
    {
        if (view.ChainFailure is { } failure)
        {
            ConsoleLine.Line(Failed, $"The chain can't be read ({failure}). Check --network and --netuid, or try again later.");
            return;
        }

        var where = $"in subnet {view.Netuid} ({view.Network})";
        ConsoleLine.Line(
            view.Uid is null ? Failed : Passed,
            view.Uid is { } uid
                ? $"{view.Hotkey} is registered {where} as uid {uid}."
                : $"{view.Hotkey} is not registered {where}: register it first ({BtcliText.Register(view.Netuid, view.Network)}), or the "
                    + "chain accepts no address for it."
        );
        var objection = IPAddress.TryParse(view.OnChain?.Ip, out var ip) ? PublicAddress.Objection(ip) : null;
        ConsoleLine.Line(
            view.OnChain is not { Ip: not null, Port: > 0 } ? Failed
                : objection is null ? Passed
                : Warning,
            view.OnChain switch
            {
                null => "The chain has no address for it, so no validator calls it.",
                { Ip: null } or { Port: 0 } => "The chain has an empty address for it, so no validator calls it.",
                var axon => $"The chain sends validators to {axon.Ip}:{axon.Port} (since block {axon.Block})"
                    + (objection is null ? "." : $", {objection}."),
            }
        );
        if (view.Commands is null && view.OnChain is not { Ip: not null, Port: > 0 })
        {
            ConsoleLine.Line(Warning, "Give --ip and --port to see the command that registers its address.");
        }
    }
}
