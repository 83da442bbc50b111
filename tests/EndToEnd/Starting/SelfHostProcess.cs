using System.Globalization;
using System.Text.Json.Nodes;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>SelfHost as a process, without eng/start.cs.</summary>
internal sealed class SelfHostProcess : IAsyncDisposable
{
    /// <summary>Names a published program to test in place of the built one.</summary>
    public const string ProgramVariable = "BITTBRIDGE_TEST_SELFHOST";

    private static readonly string? Published = Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } published
        ? published
        : null;

    private readonly ChildProcess process;
    private readonly HttpClient client;
    private readonly HotkeyPair caller = DevelopmentKey.Derive("//Alice");
    private readonly Dendrite dendrite;

    private SelfHostProcess(ChildProcess process, int port)
    {
        this.process = process;
        client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromMinutes(3) };
        dendrite = new(Address, caller, Hotkey, WireFormat.V10, TimeProvider.System) { Patience = client.Timeout };
    }

    /// <summary>The miner's address, the development key //Bob's.</summary>
    public static Ss58Address Hotkey { get; } = DevelopmentKey.Derive("//Bob").Address;

    /// <summary>Whether the tested program is a native one, which has no assembly beside it.</summary>
    public static bool IsNative =>
        Published is { } published && !File.Exists(Path.Combine(Path.GetDirectoryName(published)!, "Bittbridge.SelfHost.dll"));

    public Uri Address => client.BaseAddress!;

    public IReadOnlyList<string> LastLines => process.LastLines;

    /// <summary>
    /// The command that runs the built program, or the published one that <see cref="ProgramVariable"/> names. It is built if it is
    /// missing.
    /// </summary>
    public static async Task<Command> CommandAsync(params string[] arguments)
    {
        if (Published is { } published)
        {
            return Cli.Wrap(published).WithArguments(arguments).WithWorkingDirectory(RepositoryFolder.Root);
        }

        var program = new Checkout(RepositoryFolder.Root).BuiltProgram("Bittbridge.SelfHost");
        if (!File.Exists(program))
        {
            await StartCommand.BuildAsync("src/SelfHost");
        }

        return Programs.Dotnet(RepositoryFolder.Root, [program, .. arguments]);
    }

    public static async Task<SelfHostProcess> StartAsync(string storage, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var port = Ports.Free();
        var command = await CommandAsync("--axon.port", port.ToString(CultureInfo.InvariantCulture));
        var all = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Bittbridge__Storage"] = storage,
            ["Bittbridge__Prices__Source"] = "simulated",
            ["Bittbridge__TablePrefix"] = "e2e",
            ["Bittbridge__Access"] = "signed",
            ["Bittbridge__Hotkey"] = Hotkey.ToString(),

            // Tests ask no public node.
            ["Bittbridge__Network"] = "http://127.0.0.1:1",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        var miner = new SelfHostProcess(ChildProcess.Start(command.WithEnvironmentVariables(all)), port);
        await Eventually.TrueAsync(() => miner.IsReadyAsync(), () => StartCommand.Text(miner.LastLines));
        return miner;
    }

    public Task<ChallengeReply> AskAsync() => dendrite.AskAsync(TestContext.Current.CancellationToken);

    /// <summary>
    /// Asks until an answer has a forecast: on a busy machine, storage may take too long to confirm a nonce, and the miner refuses then.
    /// </summary>
    public async Task<ChallengeReply> UntilAnsweredAsync()
    {
        ChallengeReply? reply = null;
        await Eventually.TrueAsync(
            async () => (reply = await AskAsync()).Prediction is not null,
            () => $"{reply} {StartCommand.Text(LastLines)}"
        );
        return reply!;
    }

    /// <summary>The state of each part.</summary>
    public Task<string> HealthAsync() => ReadAsync("health/ready");

    /// <summary>Whether the dashboard shows what storage holds.</summary>
    public async Task<bool> HasFiguresAsync() =>
        JsonNode.Parse(await ReadAsync("api/dashboard"))!["quality"]!["week"]!["scored"]!.GetValue<int>() > 0;

    /// <summary>Sends SIGTERM, as a supervisor does; Unix only.</summary>
    public void Terminate() => StartCommand.Terminate(process);

    public bool HasExited => process.HasExited;

    public Task<int> WaitForExitAsync(CancellationToken ct) => process.WaitForExitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        client.Dispose();
        dendrite.Dispose();
        caller.Dispose();
    }

    private async Task<string> ReadAsync(string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(process.HasExited, StartCommand.Text(process.LastLines));
        try
        {
            using var response = await client.GetAsync("health/ready", TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
