using System.Globalization;
using System.Net;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.Axon;
using Bittbridge.Miner.Access;
using Spectre.Console;

namespace Bittbridge.Cli.Init;

/// <summary>Asks on a terminal for what no option gives.</summary>
internal static class InitQuestions
{
    public static InitTarget Target() =>
        AnsiConsole.Prompt(
            new SelectionPrompt<InitTarget>()
                .Title("Where will the miner run?")
                .AddChoices(InitTarget.SelfHost, InitTarget.Azure, InitTarget.Local)
                // Else the cursor would begin at the enum's first value.
                .DefaultValue(InitTarget.SelfHost)
                .UseConverter(target =>
                    target switch
                    {
                        InitTarget.SelfHost => "selfhost: on this machine or a server, as a service",
                        InitTarget.Azure => "azure: as a Function App",
                        _ => "local: with func, to develop",
                    }
                )
        );

    public static InitSupervisor Supervisor() =>
        AnsiConsole.Prompt(
            new SelectionPrompt<InitSupervisor>()
                .Title("What keeps it running?")
                .AddChoices(InitSupervisor.Systemd, InitSupervisor.Compose)
                .DefaultValue(InitSupervisor.Systemd)
                .UseConverter(supervisor =>
                    supervisor == InitSupervisor.Systemd
                        ? "systemd: as a service of this Linux machine"
                        : "compose: in containers, with docker compose"
                )
        );

    public static string Hotkey() =>
        AnsiConsole
            .Prompt(
                new TextPrompt<string>("The ss58 address of the miner's hotkey (public; 'btcli wallet list' shows it):").Validate(text =>
                    Ss58Address.TryParse(text.Trim(), out var address) && address.Format == Ss58Address.BittensorFormat
                        ? ValidationResult.Success()
                        : ValidationResult.Error("That is not an ss58 address of Bittensor, which starts with 5. Never enter a secret.")
                )
            )
            .Trim();

    public static ushort Netuid() => AnsiConsole.Prompt(new TextPrompt<ushort>("The subnet's number").DefaultValue((ushort)420));

    public static string Network() =>
        AnsiConsole.Prompt(
            new TextPrompt<string>("The network (test, finney, local, or URLs separated by commas)")
                .DefaultValue("test")
                .Validate(text =>
                    ChainEndpoints.TryParse(text, out _, out _)
                        ? ValidationResult.Success()
                        : ValidationResult.Error("Give test, finney, local, or http(s) or ws(s) URLs.")
                )
        );

    // Not shown, since a connection string holds a key; so the default is in the question.
    public static string Storage() =>
        AnsiConsole
            .Prompt(
                new TextPrompt<string>(
                    "Storage: the name of a storage account, or a connection string (not shown; empty for Azurite on this machine):"
                )
                    .AllowEmpty()
                    .Secret()
            )
            .Trim()
            is { Length: > 0 } storage
            ? storage
            : InitAnswers.Azurite;

    public static string? CoinGeckoKey() =>
        AnsiConsole.Prompt(new TextPrompt<string>("A CoinGecko key (not shown; empty for none):").AllowEmpty().Secret()).Trim()
            is { Length: > 0 } key
            ? key
            : null;

    public static IPAddress? Ip()
    {
        var text = AnsiConsole.Prompt(
            new TextPrompt<string>("The public IPv4 address that validators will call (empty if you don't know it yet):")
                .AllowEmpty()
                .Validate(text =>
                    text.Length == 0 ? ValidationResult.Success()
                    : !AxonAddress.TryRead(text, out var ip, out var problem) ? ValidationResult.Error(Markup.Escape(problem))
                    : PublicAddress.Objection(ip) is { } objection ? ValidationResult.Error(Markup.Escape($"{ip} is {objection}."))
                    : ValidationResult.Success()
                )
        );
        return AxonAddress.TryRead(text, out var address, out _) ? address : null;
    }

    public static ushort Port() =>
        ushort.Parse(
            AnsiConsole.Prompt(
                new TextPrompt<string>("The port")
                    .DefaultValue("8091")
                    .Validate(text =>
                        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
                            ? ValidationResult.Success()
                            : ValidationResult.Error("Give a number from 1 to 65535.")
                    )
            ),
            CultureInfo.InvariantCulture
        );
}
