using System.Text.Json;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Init;

/// <summary>A file that <c>bittbridge init</c> writes.</summary>
/// <param name="Name">Its name, in the folder that the user chose.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsPrivate">Whether only its owner may read it.</param>
internal sealed record InitFile(string Name, string Content, bool IsPrivate);

/// <summary>The files and the next steps of each target.</summary>
internal static class InitFiles
{
    private const string Program = "/opt/bittbridge/Bittbridge.SelfHost.dll";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static IReadOnlyList<InitFile> Of(InitAnswers answers) =>
        answers switch
        {
            { Target: InitTarget.Local } => [new("local.settings.json", LocalSettings(answers), IsPrivate: true)],
            { Target: InitTarget.SelfHost, Supervisor: InitSupervisor.Compose } =>
            [
                new(".env", ComposeVariables(answers), IsPrivate: true),
            ],
            { Target: InitTarget.SelfHost } =>
            [
                new("bittbridge.env", Variables(answers), IsPrivate: true),
                new("bittbridge.service", Unit(answers), IsPrivate: false),
            ],
            _ => [],
        };

    /// <summary>The commands that start the miner with these files.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="folder">The folder of the files.</param>
    public static IReadOnlyList<string> NextSteps(InitAnswers answers, string folder) =>
        answers switch
        {
            { Target: InitTarget.Local } => [$"cp {At(folder, "local.settings.json")} src/Functions/", "cd src/Functions && func start"],
            { Target: InitTarget.SelfHost, Supervisor: InitSupervisor.Compose } =>
            [
                "dotnet publish src/SelfHost --configuration Release --os linux --target:PublishContainer",
                $"docker compose --env-file {At(folder, ".env")} up --detach",
            ],
            { Target: InitTarget.SelfHost } =>
            [
                "sudo useradd --system --home-dir /var/lib/bittbridge --create-home bittbridge",
                "dotnet publish src/SelfHost --configuration Release --output bittbridge-publish",
                "sudo cp -r bittbridge-publish /opt/bittbridge",
                $"sudo install -D -m 600 {At(folder, "bittbridge.env")} /etc/bittbridge/bittbridge.env",
                $"sudo install -m 644 {At(folder, "bittbridge.service")} /etc/systemd/system/bittbridge.service",
                "sudo systemctl enable --now bittbridge",
            ],
            _ =>
            [
                "azd auth login",
                "azd env new prod",
                $"azd env set MINER_HOTKEY {answers.Hotkey}",
                $"azd env set MINER_NETUID {answers.Netuid}",
                $"azd env set MINER_NETWORK '{Shown.Network(answers.Network)}'",
                "azd env set MINER_GATEWAY nginx",
                $"azd env set MINER_PORT {answers.Port}",
                // The key itself must not be shown.
                .. answers.CoinGeckoKey is null ? Array.Empty<string>() : ["azd env set COINGECKO_API_KEY \"$COINGECKO_API_KEY\""],
                "azd up",
            ],
        };

    private static string LocalSettings(InitAnswers answers)
    {
        var values = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] =
                answers.Storage is { } storage && storage.Contains('=', StringComparison.Ordinal) ? storage : "UseDevelopmentStorage=true",
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
            ["AzureWebJobsDisableHomepage"] = "true",
            ["BITTBRIDGE_PRICES_SCHEDULE"] = "45 4-59/5 * * * *",
            ["BITTBRIDGE_HOUSEKEEPING_SCHEDULE"] = "30 7 * * * *",
        };
        foreach (var (name, value) in answers.Settings)
        {
            values[Variable(name)] = value;
        }

        return JsonSerializer.Serialize(
                new
                {
                    IsEncrypted = false,
                    Values = values,
                    Host = new { LocalHttpPort = answers.Port },
                },
                Indented
            ) + "\n";
    }

    private static string Variables(InitAnswers answers) =>
        $"""
            # The settings of the miner; docs/settings.md lists all. Keep this file private where it holds a key.
            {string.Join('\n', answers.Settings.Select(setting => $"{Variable(setting.Name)}={Quoted(setting.Value)}"))}

            """;

    private static string ComposeVariables(InitAnswers answers) =>
        $"""
            # Read by docker compose, for compose.yaml. Keep this file private where it holds a key.
            {string.Join('\n', answers.Settings.Select(setting => $"{ComposeVariable(setting.Name)}='{setting.Value}'"))}
            MINER_PORT='{answers.Port}'

            """;

    private static string Unit(InitAnswers answers) =>
        $"""
            [Unit]
            Description=Bittbridge miner
            Wants=network-online.target
            After=network-online.target

            [Service]
            User=bittbridge
            WorkingDirectory=/var/lib/bittbridge
            EnvironmentFile=/etc/bittbridge/bittbridge.env
            ExecStart=/usr/bin/env dotnet {Program} --axon.port {answers.Port}
            Restart=on-failure
            RestartSec=5
            # Status 2: a setting is wrong, so a restart does not help.
            RestartPreventExitStatus=2
            LimitNOFILE=65536
            NoNewPrivileges=true
            ProtectSystem=strict
            ProtectHome=true
            PrivateTmp=true
            ReadWritePaths=/var/lib/bittbridge

            [Install]
            WantedBy=multi-user.target

            """;

    /// <summary>The name in compose.yaml.</summary>
    private static string ComposeVariable(string name) =>
        name == SettingNames.CoinGeckoApiKey ? "COINGECKO_API_KEY" : $"MINER_{name.ToUpperInvariant()}";

    private static string Variable(string name) => $"{SettingNames.Section}__{name.Replace(":", "__", StringComparison.Ordinal)}";

    /// <summary>A value in a systemd environment file: within double quotes, only these two characters are special.</summary>
    private static string Quoted(string value) =>
        value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/' or ',')
            ? value
            : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string At(string folder, string name) => folder == "." ? name : $"'{Path.Combine(folder, name)}'";
}
