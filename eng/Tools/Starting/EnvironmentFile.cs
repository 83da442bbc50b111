using System.Diagnostics;
using System.Text.Json;

namespace Bittbridge.Tools.Starting;

/// <summary>
/// <c>.local/environment.json</c>: where the running miner and its storage are, for <c>bittbridge --local</c>. It holds no secret, and is
/// deleted when the miner stops. After a crash, readers ignore it, because no process with its id and start time runs.
/// </summary>
public sealed class EnvironmentFile : IDisposable
{
    /// <summary>
    /// The settings that the file may hold. It is an allow list, so that a secret under a misspelled name does not end up in the file. The
    /// storage is always the emulator, whose key is public.
    /// </summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "AZURE_FUNCTIONS_ENVIRONMENT",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "Bittbridge__Access",
        "Bittbridge__Aim",
        "Bittbridge__BudgetMs",
        "Bittbridge__CoinGecko__BaseAddress",
        "Bittbridge__Dashboard",
        "Bittbridge__Ed25519Callers",
        "Bittbridge__ForecastRetentionDays",
        "Bittbridge__Hotkey",
        "Bittbridge__Intervals",
        "Bittbridge__Learning",
        "Bittbridge__Level",
        "Bittbridge__Limits__Connections",
        "Bittbridge__Limits__ConnectionsPerAddress",
        "Bittbridge__Limits__PerCallerPerMinute",
        "Bittbridge__Limits__PerSecond",
        "Bittbridge__LinearModel",
        "Bittbridge__Metrics",
        "Bittbridge__Model",
        "Bittbridge__ModelSigners",
        "Bittbridge__Netuid",
        "Bittbridge__Network",
        "Bittbridge__Notify__Format",
        "Bittbridge__Notify__NoChallengeMinutes",
        "Bittbridge__Prices__Source",
        "Bittbridge__Replay",
        "Bittbridge__Storage",
        "Bittbridge__TablePrefix",
        "Bittbridge__TimestampToleranceMinutes",
        "Bittbridge__TwelveData__BaseAddress",
        "Bittbridge__ValidatorsMaxAgeHours",
        "BITTBRIDGE_HOUSEKEEPING_SCHEDULE",
        "BITTBRIDGE_PRICES_SCHEDULE",
    ];

    /// <summary>The settings that hold a key: only their names are written, so that the reader knows that there is a value.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        "Bittbridge__CoinGecko__ApiKey",
        "Bittbridge__ModelToken",
        "Bittbridge__Notify__Webhook",
        "Bittbridge__Operator__Token",
        "Bittbridge__TwelveData__ApiKey",
        "COINGECKO_API_KEY",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _path;

    private EnvironmentFile(string path) => _path = path;

    /// <summary>Writes the file of this run.</summary>
    /// <param name="log">The path of this run's log, which gives the file's name: <c>miner-2.log</c>, <c>environment-2.json</c>.</param>
    /// <param name="address">Where the miner listens.</param>
    /// <param name="settings">The settings that the miner was started with, beside this process's environment.</param>
    internal static EnvironmentFile Write(string log, Uri address, IReadOnlyDictionary<string, string?> settings)
    {
        var set = Names
            .Concat(Keys)
            .Select(name => (Name: name, Value: settings.GetValueOrDefault(name) ?? Variables.Get(name)))
            .Where(one => one.Value is { Length: > 0 })
            .ToLookup(one => Names.Contains(one.Name) && (one.Name == "Bittbridge__Storage" || HasNoPrivatePart(one.Value!)));
        var name = Path.GetFileNameWithoutExtension(log).Replace("miner", "environment", StringComparison.Ordinal) + ".json";
        var path = Path.Combine(Path.GetDirectoryName(log)!, name);

        // Written elsewhere and moved into place, so that no reader sees a partial file.
        File.WriteAllBytes(
            path + ".new",
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    Url = address,
                    Environment.ProcessId,
                    StartedAt = StartOfThisProcess(),
                    Values = set[true].ToDictionary(one => one.Name, one => one.Value),
                    Withheld = set[false].Select(one => one.Name),
                },
                Indented
            )
        );
        File.Move(path + ".new", path, overwrite: true);
        return new(path);
    }

    public void Dispose() => File.Delete(_path);

    private static DateTime StartOfThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }

    /// <summary>False if a URL in the value may hold a key, in its path or its query for example.</summary>
    private static bool HasNoPrivatePart(string value) =>
        value
            .Split(',', StringSplitOptions.TrimEntries)
            .All(part =>
                !part.Contains("://", StringComparison.Ordinal)
                || (
                    Uri.TryCreate(part, UriKind.Absolute, out var url)
                    && url is { UserInfo: "", PathAndQuery: "/" or "/api/v3" or "/api/v3/", Fragment: "" }
                )
            );
}
