using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary><c>bittbridge doctor</c>: looks at everything that a miner needs, and names the remedy for what is wrong.</summary>
internal static class DoctorCommand
{
    private static readonly Option<FileInfo?> SettingsFile = new("--settings") { Description = "A local.settings.json whose values count where the environment says nothing, as under Functions Core Tools" };
    private static readonly Option<string?> Url = new("--url") { Description = "Where the miner runs, to ask it too" };
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create(IConfiguration environment)
    {
        var command = new Command("doctor", "Checks settings, storage, CoinGecko, chain, hotkey, axon, clock and the age of the prices, in 15 seconds at most, and names the remedy for what is wrong. Exit status 0 when nothing is ✗.")
        {
            SettingsFile, Url, Json,
        };
        command.SetAction((parsed, ct) => RunAsync(parsed, environment, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IConfiguration environment, CancellationToken ct)
    {
        var clock = TimeProvider.System;
        var configuration = Configuration(environment, parsed.GetValue(SettingsFile));
        var report = new DoctorReport(parsed.GetValue(Json));
        await using var examination = Examination.Of(configuration, MinerUrl(parsed.GetValue(Url)), clock);
        await foreach (var (name, finding) in new Checkup(examination.Checks, Checkup.Longest, clock).RunAsync(ct).ConfigureAwait(false))
        {
            report.Add(name, finding);
        }

        report.End();
        return report.IsWell ? 0 : 1;
    }

    private static IConfiguration Configuration(IConfiguration environment, FileInfo? file)
    {
        if (file is null)
        {
            return environment;
        }

        // Core Tools run an app as Development unless the environment says otherwise, and leave alone what the environment has.
        var values = new Dictionary<string, string?>(LocalSettingsFile.Read(file), StringComparer.OrdinalIgnoreCase);
        if (values.Keys.Concat(environment.AsEnumerable().Select(pair => pair.Key)).All(name => !name.EndsWith("_ENVIRONMENT", StringComparison.OrdinalIgnoreCase)))
        {
            values["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).AddConfiguration(environment).Build();
    }

    private static Uri? MinerUrl(string? text) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new UsageException($"'{text}' is no address of a miner: give one such as http://127.0.0.1:8091.");
}
