using System.Text.Json;

namespace Bittbridge.Tools.Starting;

/// <summary>
/// <c>.local/environment.json</c>: where the running miner and its storage are, for <c>bittbridge --local</c>. It holds no secret, and is
/// deleted when the miner stops; after a crash its process no longer runs.
/// </summary>
public sealed class EnvironmentFile : IDisposable
{
    /// <summary>
    /// The settings that it holds, by allow list: a misspelled name of a secret must not end up in a file. The name of the storage's
    /// account is the emulator's, whose key is public.
    /// </summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "AZURE_FUNCTIONS_ENVIRONMENT",
        "Bittbridge__Access",
        "Bittbridge__Hotkey",
        "Bittbridge__Netuid",
        "Bittbridge__Network",
        "Bittbridge__Storage",
        "Bittbridge__TablePrefix",
        "Bittbridge__Prices__Source",
        "Bittbridge__CoinGecko__BaseAddress",
        "Bittbridge__Model",
        "Bittbridge__Aim",
        "Bittbridge__Level",
        "Bittbridge__Intervals",
        "Bittbridge__Learning",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _path;

    private EnvironmentFile(string path) => _path = path;

    /// <summary>Writes the file of this run.</summary>
    /// <param name="log">The miner's log, which no other run has: <c>miner-2.log</c> belongs to <c>environment-2.json</c>.</param>
    /// <param name="address">Where the miner listens.</param>
    /// <param name="settings">The settings that the miner was started with, beside this process's environment.</param>
    internal static EnvironmentFile Write(string log, Uri address, IReadOnlyDictionary<string, string?> settings)
    {
        var values = Names
            .Select(name => (Name: name, Value: settings.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name)))
            .Where(one => one.Value is { Length: > 0 } value && (one.Name == "Bittbridge__Storage" || HasNoPrivatePart(value)))
            .ToDictionary(one => one.Name, one => one.Value);
        var name = Path.GetFileNameWithoutExtension(log).Replace("miner", "environment", StringComparison.Ordinal) + ".json";
        var path = Path.Combine(Path.GetDirectoryName(log)!, name);

        // Moved into place, so that no reader sees a part of it.
        File.WriteAllBytes(
            path + ".new",
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    Url = address,
                    Environment.ProcessId,
                    Values = values,
                },
                Indented
            )
        );
        File.Move(path + ".new", path, overwrite: true);
        return new(path);
    }

    public void Dispose() => File.Delete(_path);

    /// <summary>A URL may hold a key in its path or its query.</summary>
    private static bool HasNoPrivatePart(string value) =>
        !value.Contains("://", StringComparison.Ordinal)
        || (Uri.TryCreate(value, UriKind.Absolute, out var url) && url is { UserInfo: "", PathAndQuery: "/" or "/api/v3" or "/api/v3/" });
}
