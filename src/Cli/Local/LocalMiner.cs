using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Local;

/// <summary>A running miner that <c>eng/start.cs</c> started, as its file <c>.local/environment.json</c> describes it.</summary>
/// <param name="File">The path of that file.</param>
/// <param name="Url">Where the miner listens.</param>
/// <param name="Values">Its settings as environment variables.</param>
/// <param name="Withheld">Variables that it was started with and that the file leaves out, because they hold a key or may hold one.</param>
internal sealed record LocalMiner(string File, Uri Url, IReadOnlyDictionary<string, string?> Values, IReadOnlyList<string> Withheld)
{
    /// <summary>Where commands find the address of the miner in the configuration.</summary>
    public const string UrlKey = "LocalMiner:Url";

    /// <summary>Names another folder than <c>.local</c>.</summary>
    private const string FolderVariable = "BITTBRIDGE_LOCAL_FOLDER";

    public static readonly Option<bool> Option = new("--local")
    {
        Description =
            "For commands that use a miner or its storage: the one that eng/start.cs runs here; the default where nothing names another",
        Recursive = true,
    };

    /// <summary>The options that name a miner or its storage.</summary>
    private static readonly string[] Places = ["--url", "--storage", "--table-prefix", "--settings"];

    /// <summary>Options that mean another miner unless <c>--local</c> is given too.</summary>
    private static readonly string[] Owners = ["--wallet-name", "--wallet-hotkey", "--wallet-path", "--miner"];

    /// <summary>The maximum difference between two readings of one process's start time.</summary>
    private static readonly TimeSpan MaxClockError = TimeSpan.FromSeconds(5);

    private static readonly ConditionalWeakTable<Command, object> Writers = [];

    /// <summary>Marks a command that changes storage: it takes the local miner only with <c>--local</c>.</summary>
    public static void MustBeNamedFor(Command command) => Writers.Add(command, command);

    /// <summary>Decides whether a command line is about the local miner, and finds it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The settings of the environment.</param>
    /// <param name="problem">Why <c>--local</c> can't be used here or must be given, in one sentence; null if neither.</param>
    /// <returns>Null if the command line is about another miner or there is none.</returns>
    /// <exception cref="RefusedException"><c>--local</c> is given and no local miner runs.</exception>
    public static LocalMiner? Of(ParseResult parsed, IConfiguration environment, out string? problem)
    {
        var command = parsed.CommandResult.Command;
        var isGiven = parsed.GetValue(Option);
        problem = null;
        if (parsed.Action != command.Action || !command.Options.Any(option => option.Name is "--url" or "--table-prefix"))
        {
            problem =
                isGiven && command.Action is not null && parsed.Action == command.Action ? "--local has no use here: remove it." : null;
            return null;
        }

        if (isGiven)
        {
            if (Given(parsed, Places) is { } other)
            {
                problem = $"--local and {other} name two miners: remove one of them.";
                return null;
            }

            return Find(environment)
                ?? throw new RefusedException(
                    "No miner that eng/start.cs started runs here: start one with 'dotnet run eng/start.cs', and use --local in that "
                        + "checkout while it runs."
                );
        }

        if (
            Given(parsed, [.. Places, .. Owners]) is not null
            || SettingNames.All.Any(name => environment[SettingNames.Full(name)] is { Length: > 0 })
            || Find(environment) is not { } found
        )
        {
            return null;
        }

        if (Writers.TryGetValue(command, out _))
        {
            problem = $"'{command.Name}' changes storage: for that of the local miner at {found.Url} give --local.";
            return null;
        }

        return found;
    }

    /// <summary>
    /// The environment with the local miner's settings in place of its own miner settings, because a mix would describe neither miner. Only
    /// a setting that the file withholds is taken from the environment.
    /// </summary>
    public IConfiguration Over(IConfiguration environment) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(environment.AsEnumerable().Where(pair => pair.Value is not null && !IsOfMiner(pair.Key)))
            .AddInMemoryCollection(Withheld.Select(Key).Select(key => KeyValuePair.Create(key, environment[key])).Where(IsSet))
            .AddInMemoryCollection(Values.Select(pair => KeyValuePair.Create(Key(pair.Key), pair.Value)))
            .AddInMemoryCollection([new(UrlKey, Url.ToString())])
            .Build();

    /// <summary>The variables that the file leaves out and the environment doesn't have.</summary>
    public IEnumerable<string> Missing(IConfiguration environment) => Withheld.Where(name => environment[Key(name)] is not { Length: > 0 });

    /// <summary>The address of the local miner; null in a configuration without one.</summary>
    public static Uri? UrlOf(IConfiguration environment) => environment[UrlKey] is { } url ? new(url) : null;

    /// <summary>The name of a variable in the configuration.</summary>
    private static string Key(string variable) => variable.Replace("__", ":", StringComparison.Ordinal);

    private static bool IsSet(KeyValuePair<string, string?> pair) => pair.Value is { Length: > 0 };

    private static bool IsOfMiner(string key) =>
        key.Split(':', 2)[0].Equals(SettingNames.Section, StringComparison.OrdinalIgnoreCase)
        || SettingNames.All.Select(SettingNames.Full).Concat(MinerEnvironment.Names).Contains(key, StringComparer.OrdinalIgnoreCase);

    private static string? Given(ParseResult parsed, string[] names) =>
        parsed
            .CommandResult.Command.Options.FirstOrDefault(option =>
                names.Contains(option.Name) && parsed.GetResult(option) is { Implicit: false }
            )
            ?.Name;

    /// <summary>Of the running miners, the one that was started last; null if none runs.</summary>
    private static LocalMiner? Find(IConfiguration environment) =>
        Folder(environment) is not { Exists: true } folder
            ? null
            : folder
                .EnumerateFiles("environment*.json")
                .OrderByDescending(file => file.LastWriteTimeUtc)
                .Select(file => Read(file.FullName))
                .FirstOrDefault(miner => miner is not null);

    /// <summary>The working directory; null if it was deleted.</summary>
    private static string? CurrentFolder()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static DirectoryInfo? Folder(IConfiguration environment)
    {
        if (environment[FolderVariable] is { Length: > 0 } named)
        {
            return new(named);
        }

        var start = CurrentFolder();
        for (var folder = start is null ? null : new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            // Does not list the parent folders, which this user may not be allowed to read.
            if (Directory.Exists(Path.Combine(folder.FullName, ".local")))
            {
                return new(Path.Combine(folder.FullName, ".local"));
            }
        }

        return null;
    }

    /// <summary>Null for a file of a process that has ended, and for one that can't be read.</summary>
    private static LocalMiner? Read(string path)
    {
        try
        {
            var content = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(path), LocalMinerJson.Default.LocalMinerFile);
            return
                content is { Url: { IsAbsoluteUri: true, IsLoopback: true } url, Values: { } values, StartedAt: { } startedAt }
                && IsRunning(content.ProcessId, startedAt)
                ? new(path, url, values, content.Withheld ?? [])
                : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether that process still runs. Another process may get its id later, but not its start time.</summary>
    private static bool IsRunning(int id, DateTimeOffset startedAt)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited && (process.StartTime.ToUniversalTime() - startedAt.UtcDateTime).Duration() < MaxClockError;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>The content of the file.</summary>
internal sealed record LocalMinerFile(
    Uri? Url,
    int ProcessId,
    DateTimeOffset? StartedAt,
    Dictionary<string, string?>? Values,
    IReadOnlyList<string>? Withheld
);

[JsonSerializable(typeof(LocalMinerFile))]
internal sealed partial class LocalMinerJson : JsonSerializerContext;
