using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>Runs eng/start.cs as a user would, with its own state folder and an unreachable CoinGecko.</summary>
public sealed partial class StartCommand : IAsyncLifetime
{
    private const string Start = "eng/start.cs";

    private static readonly ConcurrentDictionary<string, Lazy<Task>> Builds = new(StringComparer.Ordinal);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>For one command of dotnet: less than the limit of a test, which does not bound a fixture.</summary>
    private static readonly TimeSpan DotnetPatience = TimeSpan.FromMinutes(8);

    /// <summary>The state folder of all runs, deleted afterwards.</summary>
    public string LocalFolder { get; } = Directory.CreateTempSubdirectory("bittbridge-start-").FullName;

    /// <summary>Runs eng/start.cs, or another built file that starts in the same way, to its end.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Further environment variables.</param>
    /// <param name="file">The file, seen from the root of the repository.</param>
    /// <param name="folder">The working directory; null for the root.</param>
    public async Task<ProgramResult> RunAsync(
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string file = Start,
        string? folder = null
    )
    {
        using var limit = new CancellationTokenSource(Patience);
        var command = Command(file, arguments, environment);
        return await ChildProcess.RunAsync(folder is null ? command : command.WithWorkingDirectory(folder), onLine: null, limit.Token);
    }

    /// <summary>Starts a run that continues until it is stopped, and waits until it listens.</summary>
    public async Task<ChildProcess> StartAsync(
        IReadOnlyList<string> arguments,
        string file = Start,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var process = ChildProcess.Start(Command(file, arguments, environment));
        await Eventually.TrueAsync(
            () => process.HasExited || process.LastLines.Any(line => line.Contains("stop everything", StringComparison.Ordinal)),
            () => Text(process.LastLines)
        );
        Assert.False(process.HasExited, Text(process.LastLines));
        return process;
    }

    /// <summary>Asks a process to end, as <c>kill</c> does; Unix only.</summary>
    public static void Terminate(ChildProcess process) => Assert.Equal(0, Kill(process.Id, 15));

    public static string Text(IEnumerable<string> lines) => string.Join(Environment.NewLine, lines);

    /// <summary>The file builds the rest of itself at its first run.</summary>
    public async ValueTask InitializeAsync()
    {
        await BuildAsync(Start);
        var run = await RunAsync(["--help"]);
        Assert.True(run.Succeeded, Text(run.Lines));
    }

    /// <summary>Builds a file that starts in the same way, once for all tests.</summary>
    public static Task BuildAsync(string file) =>
        Builds.GetOrAdd(file, _ => new(() => DotnetAsync(RepositoryFolder.Root, "build", file))).Value;

    /// <summary>Runs a command of dotnet that must succeed, and returns its output.</summary>
    public static async Task<IReadOnlyList<string>> DotnetAsync(string folder, params string[] arguments)
    {
        var command = $"dotnet {string.Join(' ', arguments)}";
        var ct = TestContext.Current.CancellationToken;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(DotnetPatience);
        try
        {
            var run = await ChildProcess.RunAsync(Programs.Dotnet(folder, arguments), onLine: null, limit.Token);
            Assert.True(run.Succeeded, $"{command}{Environment.NewLine}{Text(run.Lines)}");
            return run.Lines;
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{command} did not end within {DotnetPatience.TotalMinutes} minutes.", exception);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(LocalFolder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    private Command Command(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        var command = Programs.Dotnet(RepositoryFolder.Root, ["run", "--no-build", file, "--", .. arguments]);
        var all = new Dictionary<string, string?>(command.EnvironmentVariables)
        {
            [Checkout.LocalFolderVariable] = LocalFolder,
            ["Bittbridge__CoinGecko__BaseAddress"] = "http://127.0.0.1:1/",
            ["Bittbridge__Prices__Source"] = null,
            // The longest there is, so that a model answers on a busy machine too.
            ["Bittbridge__BudgetMs"] = "10000",
            ["CI"] = "true",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        return command.WithEnvironmentVariables(all);
    }
}
