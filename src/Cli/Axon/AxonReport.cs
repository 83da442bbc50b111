using System.Text.Json;
using Spectre.Console;

namespace Bittbridge.Cli.Axon;

/// <summary>Shows where a miner can be called: in words, or as JSON.</summary>
internal static class AxonReport
{
    private const string Well = "[green]✓[/]";
    private const string Warning = "[yellow]![/]";
    private const string Unwell = "[red]✗[/]";

    public static void Show(AxonView view, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(view, AxonJson.Default.AxonView));
            return;
        }

        if (view.Commands is [var newer, var older])
        {
            // Written plainly, so that no narrow terminal breaks what is to be copied.
            AnsiConsole.MarkupLine(
                "To put this address on the chain, type where the hotkey's secret is (no fee; once in about 10 minutes):"
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
            ConsoleLine.Line(probe.IsMiner ? Well : Unwell, $"{probe.Url}: {probe.Detail}");
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
            ConsoleLine.Line(Unwell, $"The chain can't be read ({failure}). Check --network and --netuid, or try again later.");
            return;
        }

        var where = $"in subnet {view.Netuid} ({view.Network})";
        ConsoleLine.Line(
            view.Uid is null ? Unwell : Well,
            view.Uid is { } uid
                ? $"{view.Hotkey} is registered {where} as uid {uid}."
                : $"{view.Hotkey} is not registered {where}: register it first (btcli tx burned-register), or the chain takes no address "
                    + $"for it."
        );
        ConsoleLine.Line(
            view.OnChain is { Ip: not null, Port: > 0 } ? Well : Unwell,
            view.OnChain switch
            {
                null => "The chain holds no address for it, so no validator calls it.",
                { Ip: null } or { Port: 0 } => "The chain holds an empty address for it, so no validator calls it.",
                var axon => $"The chain sends validators to {axon.Ip}:{axon.Port} (since block {axon.Block}).",
            }
        );
        if (view.Commands is null && view.OnChain is not { Ip: not null, Port: > 0 })
        {
            ConsoleLine.Line(Warning, "Give --ip and --port to see what to type to put its address there.");
        }
    }
}
