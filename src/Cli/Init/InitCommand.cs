using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.Axon;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Doctor;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Bittbridge.Cli.Init;

/// <summary><c>bittbridge init</c>: the settings of a real miner, written and checked.</summary>
internal sealed class InitCommand
{
    private const string KeyVariable = SettingNames.CoinGeckoApiKeyOfTheReferenceMiner;
    private const string Functions = "src/Functions";

    private readonly IConfiguration _environment;
    private readonly ValueOption<InitTarget?> _target = new(
        "--target",
        "Where the miner will run: local (func), selfhost or azure",
        "local, selfhost or azure",
        (string text, out InitTarget? target) => TryWord(text, out target)
    );
    private readonly ValueOption<InitSupervisor> _supervisor = ValueOptions.Choice(
        "--supervisor",
        "What keeps a self-hosted miner running: systemd or compose",
        ("systemd", InitSupervisor.Systemd),
        ("compose", InitSupervisor.Compose)
    );
    private readonly ValueOption<string?> _hotkey = new(
        "--hotkey",
        "The miner's ss58 address, which is public",
        "the miner's ss58 address, which starts with 5",
        (string text, out string? hotkey) =>
        {
            hotkey = text;
            return Ss58Address.TryParse(text, out var address) && address.Format == Ss58Address.BittensorFormat;
        }
    );
    private readonly ValueOption<int> _netuid = ValueOptions.WholeNumber("--netuid", "The subnet's number", 0, ushort.MaxValue, 420);
    private readonly ValueOption<string> _network = new(
        "--network",
        "test, finney, local, or URLs separated by commas",
        "test, finney, local, or http(s) or ws(s) URLs separated by commas",
        (string text, out string network) =>
        {
            network = text;
            return ChainEndpoints.TryParse(text, out _, out _);
        }
    )
    {
        DefaultValueFactory = _ => "test",
    };
    private readonly Option<string?> _storage = new("--storage")
    {
        Description = $"A connection string, or the name of a storage account ({InitAnswers.Azurite} for Azurite on this machine)",
    };
    private readonly ValueOption<IPAddress?> _ip = new(
        "--ip",
        "The public IPv4 address that validators will call",
        "a public IPv4 address",
        (string text, out IPAddress? address) => AxonAddress.TryRead(text, out address, out _),
        text => AxonAddress.TryRead(text, out _, out var problem) ? null : problem
    );
    private readonly ValueOption<int> _port = ValueOptions.WholeNumber("--port", "The port", 1, ushort.MaxValue, 8091);
    private readonly Option<DirectoryInfo?> _folder = new("--out")
    {
        Description = $"The folder of the files (the working directory; with --target local {Functions}, if that exists)",
    };
    private readonly Option<bool> _force = new("--force") { Description = "Overwrite files" };

    private InitCommand(IConfiguration environment) => _environment = environment;

    /// <summary>Whether questions can be asked.</summary>
    private static bool IsInteractive => AnsiConsole.Profile.Capabilities.Interactive;

    public static Command Create(IConfiguration environment) => new InitCommand(environment).Create();

    private Command Create()
    {
        var command = new Command(
            "init",
            "Writes the settings of a real miner, checks each, and shows the commands that start it and announce its axon. Asks on a "
                + "terminal for what no option gives; elsewhere options and defaults count. A CoinGecko key comes from the variable "
                + $"{KeyVariable}. Exit status 0 when no check fails."
        )
        {
            _target,
            _supervisor,
            _hotkey,
            _netuid,
            _network,
            _storage,
            _ip,
            _port,
            _folder,
            _force,
        };
        command.AddWallet(_hotkey);
        command.Demand(result =>
            IsInteractive || result.GetResult(_target) is not null ? null : "--target is missing: give local, selfhost or azure."
        );
        command.Demand(result =>
            IsInteractive
            || new Option[] { _hotkey, WalletOptions.Wallet, WalletOptions.Hotkey }.Any(option => result.GetResult(option) is not null)
                ? null
                : "--hotkey is missing: give the miner's ss58 address, or --wallet-name and --wallet-hotkey."
        );
        command.Demand(result =>
            result.GetValue(_ip) is { } ip && PublicAddress.Objection(ip) is { } objection
                ? $"--ip is {ip}, {objection}: give the public address that validators call."
                : null
        );
        command.DemandAll(result => result.GetValue(_target) is { } target ? Useless(result, target) : []);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        // Check everything that would end the command before asking questions.
        var target = parsed.GetValue(_target) ?? InitQuestions.Target();
        if (Useless(parsed.CommandResult, target).FirstOrDefault() is { } useless)
        {
            throw new UsageException(useless);
        }

        var supervisor =
            target == InitTarget.SelfHost && IsAsked(parsed, _supervisor) ? InitQuestions.Supervisor() : parsed.GetValue(_supervisor);
        var folder = parsed.GetValue(_folder)?.ToString() ?? (target == InitTarget.Local && Directory.Exists(Functions) ? Functions : ".");
        if (!parsed.GetValue(_force))
        {
            RefuseExisting(folder, InitFiles.Names(target, supervisor));
        }

        var answers = Answers(parsed, target, supervisor);
        var files = InitFiles.Of(answers);
        if (!parsed.GetValue(_force))
        {
            RefuseExisting(folder, files.Select(file => file.Name));
        }

        foreach (var file in files)
        {
            Write(folder, file);
            ConsoleLine.Line("[green]✓[/] written  ", Path.Combine(folder, file.Name));
        }

        var hasPassed = await CheckAsync(answers, ct);
        Console.WriteLine();
        Console.WriteLine(answers.Target == InitTarget.Azure ? "Deploy it, in the checkout:" : "Start it, in the checkout:");
        foreach (var step in InitFiles.NextSteps(answers, folder))
        {
            Console.WriteLine("  " + step);
        }

        foreach (var remark in InitFiles.Remarks(answers))
        {
            Console.WriteLine(remark);
        }

        Console.WriteLine();
        Console.WriteLine(
            answers is { Target: InitTarget.Azure, Ip: null }
                ? "Then announce the axon where the wallet is, with the gateway's address that azd up prints:"
                : "Then announce the axon where the wallet is; until then no validator calls the miner:"
        );
        Console.WriteLine("  " + AxonLine(answers, parsed));
        return hasPassed ? 0 : 1;
    }

    /// <summary>One sentence for each given option that has no use with the target.</summary>
    private IEnumerable<string> Useless(CommandResult result, InitTarget target)
    {
        if (target == InitTarget.Azure && result.GetValue(_storage) is not null)
        {
            yield return "--storage has no use with --target azure, which creates its own account: remove it.";
        }

        if (target != InitTarget.SelfHost && result.GetResult(_supervisor) is { Implicit: false })
        {
            yield return "--supervisor is for --target selfhost alone: remove it.";
        }
    }

    private static bool IsAsked(ParseResult parsed, Option option) =>
        IsInteractive && parsed.GetResult(option) is null or { Implicit: true };

    private static void RefuseExisting(string folder, IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is { } existing)
        {
            throw new RefusedException(
                $"The file {Shown.Path(Path.Combine(folder, existing))} exists, and nothing was written: name another folder with "
                    + "--out, or overwrite it with --force."
            );
        }
    }

    private InitAnswers Answers(ParseResult parsed, InitTarget target, InitSupervisor supervisor)
    {
        var hotkey = parsed.GetValue(_hotkey) ?? WalletOptions.Address(parsed) ?? InitQuestions.Hotkey();
        var netuid = IsAsked(parsed, _netuid) ? InitQuestions.Netuid() : (ushort)parsed.GetValue(_netuid);
        var network = IsAsked(parsed, _network) ? InitQuestions.Network() : parsed.GetValue(_network)!;
        var storage = Storage(parsed, target, supervisor);
        var variable = new[] { KeyVariable, SettingNames.Full(SettingNames.CoinGeckoApiKey) }.FirstOrDefault(name =>
            !string.IsNullOrWhiteSpace(_environment[name])
        );
        return new(
            target,
            supervisor,
            hotkey,
            netuid,
            network,
            storage,
            variable is not null ? _environment[variable]!.Trim()
                : IsInteractive ? InitQuestions.CoinGeckoKey()
                : null,
            variable?.Replace(":", "__", StringComparison.Ordinal),
            _environment[SettingNames.Full(SettingNames.CoinGeckoBaseAddress)],
            IsAsked(parsed, _ip) ? InitQuestions.Ip() : parsed.GetValue(_ip),
            IsAsked(parsed, _port) ? InitQuestions.Port() : (ushort)parsed.GetValue(_port)
        );
    }

    /// <summary>The storage to use; null if the target brings its own.</summary>
    private string? Storage(ParseResult parsed, InitTarget target, InitSupervisor supervisor)
    {
        var given = parsed.GetValue(_storage)?.Trim();
        return target == InitTarget.Azure ? null
            // In its container the miner can't reach an emulator on this machine; compose.yaml has one.
            : target == InitTarget.SelfHost && supervisor == InitSupervisor.Compose ? (given == InitAnswers.Azurite ? null : given)
            : given is { Length: > 0 } ? given
            : IsInteractive ? InitQuestions.Storage()
            : InitAnswers.Azurite;
    }

    /// <summary>Runs doctor's checks, except those of what exists only after the start: prices, and storage of the target's own.</summary>
    private static async Task<bool> CheckAsync(InitAnswers answers, CancellationToken ct)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(answers.Configuration);
        // Storage that the target brings along can't be reached from here, or is only started by the next steps.
        var isOwn = answers.Storage is null || answers.RunsStorage;
        if (answers.Storage is null)
        {
            configuration.AddInMemoryCollection([new(SettingNames.Full(SettingNames.Storage), "created")]);
        }

        var clock = TimeProvider.System;
        var report = new DoctorReport(json: false);
        await using var examination = DoctorChecks.Of(configuration.Build(), null, notify: false, clock);
        var checks = examination.Checks.Where(check => check.Name != "price age" && (check.Name != "storage" || !isOwn));
        await foreach (var (name, finding) in new CheckRunner([.. checks], CheckRunner.MaxDuration, clock).RunAsync(ct))
        {
            report.Add(name, finding);
        }

        return report.HasPassed;
    }

    private static string AxonLine(InitAnswers answers, ParseResult parsed)
    {
        var (wallet, hotkey) = (parsed.GetValue(WalletOptions.Wallet), parsed.GetValue(WalletOptions.Hotkey));
        var axon = new ServeAxon(
            answers.Netuid,
            answers.Network,
            answers.Ip ?? IPAddress.None,
            answers.Port,
            wallet ?? (hotkey is null ? null : "default"),
            hotkey
        );
        return answers.Ip is null ? axon.Bittensor11.Replace($"{IPAddress.None}", "PUBLIC_IP", StringComparison.Ordinal) : axon.Bittensor11;
    }

    private static void Write(string folder, InitFile file)
    {
        var path = new FileInfo(Path.Combine(folder, file.Name));
        if (OutputFile.Objection(path) is { } objection)
        {
            throw new RefusedException(objection);
        }

        OutputFile.Write(
            path,
            beside =>
            {
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (file.IsPrivate && !OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var writer = new StreamWriter(beside, options);
                writer.Write(file.Content);
            },
            keepsMode: !file.IsPrivate
        );
    }

    private static bool TryWord(string text, out InitTarget? target)
    {
        target = text.ToLowerInvariant() switch
        {
            "local" => InitTarget.Local,
            "selfhost" => InitTarget.SelfHost,
            "azure" => InitTarget.Azure,
            _ => null,
        };
        return target is not null;
    }
}
