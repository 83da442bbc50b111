using System.Text.Json;
using Bittbridge.Bittensor.Chain;
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
    private const string LocalFile = "local.settings.json";
    private const string ComposeFile = ".env";
    private const string SettingsFile = "bittbridge.env";
    private const string UnitFile = "bittbridge.service";
    private const string StorageUnitFile = "bittbridge-storage.service";

    /// <summary>The same version as in package.json.</summary>
    private const string AzuriteVersion = "3.37.0";
    private const string AzuriteFolder = "/opt/bittbridge-storage";
    private const string AnyNodes = "NODE_URLS";
    private const string AnyKey = "COINGECKO_KEY";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The names of the files, as far as they are known before all questions are answered.</summary>
    public static IReadOnlyList<string> Names(InitTarget target, InitSupervisor supervisor) =>
        (target, supervisor) switch
        {
            (InitTarget.Local, _) => [LocalFile],
            (InitTarget.SelfHost, InitSupervisor.Compose) => [ComposeFile],
            (InitTarget.SelfHost, _) => [SettingsFile, UnitFile],
            _ => [],
        };

    /// <exception cref="RefusedException">A value can't be written into its file.</exception>
    public static IReadOnlyList<InitFile> Of(InitAnswers answers) =>
        answers switch
        {
            { Target: InitTarget.Local } => [new(LocalFile, LocalSettings(answers), IsPrivate: true)],
            { Target: InitTarget.SelfHost, Supervisor: InitSupervisor.Compose } =>
            [
                new(ComposeFile, ComposeVariables(answers), IsPrivate: true),
            ],
            { Target: InitTarget.SelfHost } =>
            [
                new(SettingsFile, Variables(answers), IsPrivate: true),
                new(UnitFile, Unit(answers), IsPrivate: false),
                .. answers.RunsStorage ? [new(StorageUnitFile, StorageUnit, IsPrivate: false)] : Array.Empty<InitFile>(),
            ],
            _ => [],
        };

    /// <summary>The commands that start the miner with these files.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="folder">The folder of the files.</param>
    public static IReadOnlyList<string> NextSteps(InitAnswers answers, string folder) =>
        answers switch
        {
            { Target: InitTarget.Local } =>
            [
                .. answers.Storage == InitAnswers.Azurite
                    ? ["npm ci", "npx azurite --location .local/miner-data --skipApiVersionCheck   # in another terminal"]
                    : Array.Empty<string>(),
                .. Path.GetFullPath(folder) == Path.GetFullPath("src/Functions")
                    ? Array.Empty<string>()
                    :
                    [
                        OperatingSystem.IsWindows()
                            ? $"copy -Confirm {At(folder, LocalFile)} src/Functions"
                            : $"cp -i {At(folder, LocalFile)} src/Functions/",
                    ],
                "cd src/Functions && func start",
            ],
            { Target: InitTarget.SelfHost, Supervisor: InitSupervisor.Compose } =>
            [
                "dotnet publish src/SelfHost --configuration Release --os linux --target:PublishContainer",
                $"docker compose --env-file {At(folder, ComposeFile)} up --detach",
            ],
            { Target: InitTarget.SelfHost } => SystemdSteps(answers, folder),
            _ =>
            [
                "azd auth login",
                "azd env new prod",
                $"azd env set MINER_HOTKEY {answers.Hotkey}",
                $"azd env set MINER_NETUID {answers.Netuid}",
                $"azd env set MINER_NETWORK {(HidesNodes(answers) ? AnyNodes : ShellText.Quoted(answers.Network))}",
                "azd env set MINER_GATEWAY nginx",
                OperatingSystem.IsWindows()
                    ? "azd env set MINER_GATEWAY_SSH_PUBLIC_KEY (Get-Content ~/.ssh/id_ed25519.pub)"
                    : "azd env set MINER_GATEWAY_SSH_PUBLIC_KEY \"$(cat ~/.ssh/id_ed25519.pub)\"",
                $"azd env set MINER_PORT {answers.Port}",
                .. answers.CoinGeckoAddress is { } address
                    ? [$"azd env set MINER_SETTINGS '{{\"{SettingNames.CoinGeckoBaseAddress}\":\"{address}\"}}'"]
                    : Array.Empty<string>(),
                .. KeyedUp(answers),
            ],
        };

    /// <summary>
    /// The deployment command with the CoinGecko key as an environment variable. The key itself is not shown, and is not stored with azd
    /// env set, which would keep it in clear text.
    /// </summary>
    private static IEnumerable<string> KeyedUp(InitAnswers answers)
    {
        const string Variable = SettingNames.CoinGeckoApiKeyOfTheReferenceMiner;
        if (answers.CoinGeckoKey is null || answers.KeyVariable == Variable)
        {
            return ["azd up"];
        }

        return OperatingSystem.IsWindows()
            ? [$"$env:{Variable} = {(answers.KeyVariable is { } name ? $"$env:{name}" : $"'{AnyKey}'")}", "azd up"]
            : [$"{Variable}={(answers.KeyVariable is { } known ? $"\"${known}\"" : AnyKey)} azd up"];
    }

    /// <summary>What the user must know about these commands.</summary>
    public static IEnumerable<string> Remarks(InitAnswers answers)
    {
        if (answers.Target == InitTarget.Azure && HidesNodes(answers))
        {
            yield return $"Replace {AnyNodes} with the network that you gave: it is not shown here because it may contain a key.";
        }

        if (
            answers.Target == InitTarget.Azure
            && ChainEndpoints.TryParse(answers.Network, out var endpoints, out _)
            && endpoints.Urls.Any(url => url.IsLoopback)
        )
        {
            yield return "MINER_NETWORK has a node of this machine, which Azure does not reach: give test, finney or the URL of another "
                + "node.";
        }

        if (answers is { Target: InitTarget.Azure, CoinGeckoKey: not null, KeyVariable: null })
        {
            yield return $"Replace {AnyKey} with the CoinGecko key that you entered: it is not shown here.";
        }

        if (answers.RunsStorage)
        {
            yield return "Node must be in /usr/bin or /usr/local/bin: a service sees no program in a home folder.";
        }
    }

    /// <summary>Commands that may be run again, after an update or with other answers.</summary>
    private static List<string> SystemdSteps(InitAnswers answers, string folder)
    {
        var services = answers.RunsStorage ? "bittbridge-storage bittbridge" : "bittbridge";
        return
        [
            "id -u bittbridge >/dev/null 2>&1 || sudo useradd --system --home-dir /var/lib/bittbridge --shell /usr/sbin/nologin bittbridge",
            "dotnet publish src/SelfHost --configuration Release --use-current-runtime --self-contained --output bittbridge-publish",
            "sudo mkdir -p /opt/bittbridge && sudo cp -r --remove-destination bittbridge-publish/. /opt/bittbridge/",
            .. answers.RunsStorage
                ?
                [
                    $"sudo npm install --prefix {AzuriteFolder} azurite@{AzuriteVersion}",
                    $"sudo install -m 644 {At(folder, StorageUnitFile)} /etc/systemd/system/{StorageUnitFile}",
                ]
                : Array.Empty<string>(),
            $"sudo install -D -m 600 {At(folder, SettingsFile)} /etc/bittbridge/{SettingsFile}",
            $"sudo install -m 644 {At(folder, UnitFile)} /etc/systemd/system/{UnitFile}",
            "sudo systemctl daemon-reload",
            $"sudo systemctl enable {services}",
            $"sudo systemctl restart {services}",
        ];
    }

    private static bool HidesNodes(InitAnswers answers) => answers.Network.Split(',').Any(node => Shown.Secret(node) is not null);

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
            {string.Join(
                '\n',
                answers.Settings.Select(setting => $"{Variable(setting.Name)}={EnvironmentText.Quoted(setting.Name, setting.Value)}")
            )}

            """;

    private static string ComposeVariables(InitAnswers answers) =>
        $"""
            # Read by docker compose, for compose.yaml. Keep this file private where it holds a key.
            {string.Join(
                '\n',
                answers.Settings.Select(setting => $"{ComposeVariable(setting.Name)}={EnvironmentText.Quoted(setting.Name, setting.Value)}")
            )}
            MINER_PORT={answers.Port}

            """;

    private static string Unit(InitAnswers answers)
    {
        var others = $"network-online.target{(answers.RunsStorage ? " " + StorageUnitFile : "")}";
        return $"""
            [Unit]
            Description=Bittbridge miner
            Wants={others}
            After={others}

            [Service]
            User=bittbridge
            StateDirectory=bittbridge
            WorkingDirectory=/var/lib/bittbridge
            EnvironmentFile=/etc/bittbridge/{SettingsFile}
            ExecStart=/opt/bittbridge/Bittbridge.SelfHost --axon.port {answers.Port}
            Restart=on-failure
            RestartSec=5
            # Status 2: a setting is wrong, so a restart does not help.
            RestartPreventExitStatus=2
            LimitNOFILE=65536
            {(answers.Port < 1024 ? "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" : "")}NoNewPrivileges=true
            ProtectSystem=strict
            # Home folders are out of its sight: keep model files in /var/lib/bittbridge.
            ProtectHome=true
            PrivateTmp=true

            [Install]
            WantedBy=multi-user.target

            """;
    }

    private const string StorageUnit = $"""
        [Unit]
        Description=Azurite, the storage of the Bittbridge miner

        [Service]
        User=bittbridge
        StateDirectory=bittbridge
        WorkingDirectory=/var/lib/bittbridge
        ExecStart=/usr/bin/env node {AzuriteFolder}/node_modules/azurite/dist/src/azurite.js --location /var/lib/bittbridge/storage \
            --skipApiVersionCheck --disableTelemetry --silent
        Restart=always
        RestartSec=5
        NoNewPrivileges=true
        ProtectSystem=strict
        ProtectHome=true
        PrivateTmp=true

        [Install]
        WantedBy=multi-user.target

        """;

    /// <summary>The name in compose.yaml.</summary>
    private static string ComposeVariable(string name) =>
        name == SettingNames.CoinGeckoApiKey ? SettingNames.CoinGeckoApiKeyOfTheReferenceMiner : $"MINER_{name.ToUpperInvariant()}";

    private static string Variable(string name) => $"{SettingNames.Section}__{name.Replace(":", "__", StringComparison.Ordinal)}";

    private static string At(string folder, string name) => folder == "." ? name : ShellText.Quoted(Path.Combine(folder, name));
}
