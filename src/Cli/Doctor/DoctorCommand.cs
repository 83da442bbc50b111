using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Local;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary><c>bittbridge doctor</c>: checks everything that a miner needs, and names the remedy for each problem.</summary>
internal static class DoctorCommand
{
    private static readonly Option<FileInfo?> SettingsFile = new("--settings")
    {
        Description = "A local.settings.json. As with Functions Core Tools, environment variables take precedence over its values",
    };
    private static readonly Option<Uri?> Url = MinerUrl.Option("The address of a running miner, to check its health too");
    private static readonly Option<bool> Notify = new("--notify")
    {
        Description = "Also send a test message to the webhook of the notifications",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create(IConfiguration environment)
    {
        var command = new Command(
            "doctor",
            "Checks settings, storage, CoinGecko, chain, hotkey, axon, clock and the age of the prices, in at most 15 seconds, and names "
                + "the remedy for each problem. Exit status 0 when no check fails (✗)."
        )
        {
            SettingsFile,
            Url,
            Notify,
            Json,
        };
        command.AddWallet();
        command.SetAction((parsed, ct) => RunAsync(parsed, environment, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IConfiguration environment, CancellationToken ct)
    {
        var clock = TimeProvider.System;
        var configuration = WithWallet(Configuration(environment, parsed.GetValue(SettingsFile)), parsed);
        var report = new DoctorReport(parsed.GetValue(Json));
        await using var examination = DoctorChecks.Of(
            configuration,
            parsed.GetValue(Url) ?? LocalMiner.UrlOf(environment),
            parsed.GetValue(Notify),
            clock
        );
        await foreach (var (name, finding) in new CheckRunner(examination.Checks, CheckRunner.MaxDuration, clock).RunAsync(ct))
        {
            report.Add(name, finding);
        }

        report.End();
        return report.HasPassed ? 0 : 1;
    }

    private static IConfiguration Configuration(IConfiguration environment, FileInfo? file)
    {
        if (file is null)
        {
            return environment;
        }

        // Core Tools run an app as Development by default, and do not override environment variables.
        var values = new Dictionary<string, string?>(LocalSettingsFile.Read(file), StringComparer.OrdinalIgnoreCase);
        if (
            values
                .Keys.Concat(environment.AsEnumerable().Select(pair => pair.Key))
                .All(name => !name.EndsWith("_ENVIRONMENT", StringComparison.OrdinalIgnoreCase))
        )
        {
            values["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).AddConfiguration(environment).Build();
    }

    // As in SelfHost: the wallet options take precedence over the environment.
    private static IConfiguration WithWallet(IConfiguration configuration, ParseResult parsed) =>
        WalletOptions.Address(parsed) is { } hotkey
            ? new ConfigurationBuilder()
                .AddConfiguration(configuration)
                .AddInMemoryCollection([new(SettingNames.Full(SettingNames.Hotkey), hotkey)])
                .Build()
            : configuration;
}
